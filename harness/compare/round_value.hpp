// What a launch says of a point that it measured in several rounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace railgauge {

/// Of the rounds of `run --for`.
enum class round_value : std::uint8_t {
    median,   ///< the median of the rounds' medians
    fastest,  ///< the least of them: alike from launch to launch where others take some of the time
              ///< from the machine, and blind to what slows only some rounds
};

/// "median", "fastest".
[[nodiscard]] std::string_view name_of(round_value value) noexcept;
[[nodiscard]] std::optional<round_value> round_value_from(std::string_view name) noexcept;

}  // namespace railgauge
