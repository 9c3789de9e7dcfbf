// Typed access to the members of a JSON object that others wrote.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// Every accessor throws line_error with the member's column when its type or range is wrong. The
/// object and the line outlive this.
class json_fields {
public:
    json_fields(const nlohmann::ordered_json& object, std::string_view line)
        : object_(object), line_(line) {}

    [[nodiscard]] std::string text(const char* name) const;  ///< has to be there
    [[nodiscard]] std::string text_or(const char* name, std::string otherwise) const;
    [[nodiscard]] std::vector<std::string> texts(const char* name) const;  ///< none when absent
    [[nodiscard]] bool flag_or(const char* name, bool otherwise) const;

    /// Has to be there, an integer within [least, most].
    template <typename Integer>
    [[nodiscard]] Integer integer(const char* name, Integer least = 0,
                                  Integer most = std::numeric_limits<Integer>::max()) const {
        return static_cast<Integer>(
            whole(name, static_cast<std::int64_t>(least), static_cast<std::uint64_t>(most)));
    }
    template <typename Integer>
    [[nodiscard]] Integer integer_or(const char* name, Integer otherwise) const {
        return object_.contains(name) ? integer<Integer>(name) : otherwise;
    }

    [[nodiscard]] std::optional<double> number(const char* name) const;  ///< absent or null: none
    [[nodiscard]] double number_or_nan(const char* name) const;

    /// nullptr when absent or null.
    [[nodiscard]] const nlohmann::ordered_json* object(const char* name) const;
    [[nodiscard]] const nlohmann::ordered_json* array(const char* name) const;

    [[noreturn]] void fail(const char* name, const std::string& message) const;
    [[nodiscard]] json_fields inside(const nlohmann::ordered_json& part) const {
        return {part, line_};
    }

private:
    [[nodiscard]] std::int64_t whole(const char* name, std::int64_t least,
                                     std::uint64_t most) const;
    [[nodiscard]] const nlohmann::ordered_json* find(const char* name) const;

    const nlohmann::ordered_json& object_;
    std::string_view line_;
};

}  // namespace railgauge
