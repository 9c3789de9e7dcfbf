// Small messages between ranks that are about to meet: numbers and texts in a row. All hosts of a
// job run the same program on the same kind of machine, so numbers travel as they are in memory.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "harness/base/error.hpp"

namespace railgauge {

class message_writer {
public:
    template <typename T>
    requires std::is_arithmetic_v<T> message_writer& put(T value) {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
        return *this;
    }
    message_writer& put(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        bytes_.append(text);
        return *this;
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Throws capability_error where a message ends early; its bytes may come from anyone.
class message_reader {
public:
    explicit message_reader(std::string_view bytes) : rest_(bytes) {}

    template <typename T>
    requires std::is_arithmetic_v<T>
    [[nodiscard]] T get() {
        T value{};
        std::memcpy(&value, cut(sizeof value).data(), sizeof value);
        return value;
    }
    [[nodiscard]] std::string text() {
        const auto length = get<std::uint32_t>();
        return std::string(cut(length));
    }

private:
    std::string_view cut(std::size_t count) {
        if (rest_.size() < count) {
            throw capability_error(
                "a message of the ranks' meeting ends early; start all ranks from the same "
                "program");
        }
        const std::string_view part = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return part;
    }

    std::string_view rest_;
};

}  // namespace railgauge
