// Runs of consecutive positions, many at a time: what value() and expected() give one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/pattern_value.hpp"

namespace railgauge {

/// The data of one rank, or with `rank` empty the combination over all ranks.
struct pattern_source {
    pattern_deal deal;
    std::optional<std::uint32_t> rank;
};

/// Writes the elements at the positions position .. position + count <= deal.period to `target`
/// (any alignment).
void write_positions(const pattern_source& source, std::uint32_t position, std::uint32_t count,
                     std::byte* target) noexcept;

}  // namespace railgauge
