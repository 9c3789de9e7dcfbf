// Strict reading of a TOML tree: every fault has line, column, what was expected, and the nearest
// word that is known.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/error.hpp"

namespace railgauge {

/// Knows the file's name for its errors. Every member that takes a node throws input_error there.
class toml_walk {
public:
    explicit toml_walk(std::string file) : file_(std::move(file)) {}

    using strings = std::vector<std::string>;

    [[noreturn]] void fail(const toml::node& where, const std::string& message) const;
    [[noreturn]] void fail(const toml::source_region& where, const std::string& message) const;

    /// Refuses keys that are not `known`; `place` names the table: "[[tier]]".
    void check_keys(const toml::table& table, const strings& known, std::string_view place) const;

    /// "unknown X 'y'; did you mean 'z'? Known: ..." at the node.
    [[noreturn]] void unknown(const toml::node& where, std::string_view what, std::string_view word,
                              const strings& known) const;

    [[nodiscard]] const toml::table& table_of(const toml::node& node, std::string_view name) const;
    [[nodiscard]] std::string text_of(const toml::node& node, std::string_view key) const;
    /// A time with its unit, in microseconds.
    [[nodiscard]] double time_us_of(const toml::node& node, std::string_view key) const;
    [[nodiscard]] std::int64_t count_of(const toml::node& node, std::string_view key) const;
    [[nodiscard]] double number_of(const toml::node& node, std::string_view key) const;
    [[nodiscard]] bool flag_of(const toml::node& node, std::string_view key) const;

    /// The node of a key, which has to be there; `place` as above.
    const toml::node& needed(const toml::table& table, std::string_view key,
                             std::string_view place) const;

    /// Errors of the parsers in base/ know no place: this adds it.
    template <typename Read>
    auto placed(const toml::node& node, const Read& read) const {
        try {
            return read();
        } catch (const usage_error& wrong) {
            fail(node, wrong.what());
        }
    }

private:
    std::string file_;
};

/// More of anything than this is a mistyped number; products stay far within 64 bits.
inline constexpr std::int64_t most_of_anything = 1'000'000'000;

}  // namespace railgauge
