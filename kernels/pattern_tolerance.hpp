// When a floating-point average passes (see verify_expected in pattern.hpp), on host and device.
#pragma once

#include <cstdint>

#include "kernels/pattern_value.hpp"

namespace railgauge {

/// Half of a unit in the last place of 1, and half of the least subnormal number where a quotient
/// can come near it.
struct rounding {
    double unit = 0;
    double least = 0;
};

RAILGAUGE_HOST_DEVICE constexpr rounding rounding_of(dtype type) noexcept {
    switch (type) {
        case dtype::fp8_e4m3: return {0x1p-4, 0x1p-10};
        case dtype::fp8_e5m2: return {0x1p-3, 0x1p-17};
        case dtype::float16: return {0x1p-11, 0x1p-25};
        case dtype::bfloat16: return {0x1p-8, 0};
        case dtype::float32: return {0x1p-24, 0};
        default: return {0x1p-53, 0};
    }
}

/// Whether combinations of this deal may differ from the expected bits.
RAILGAUGE_HOST_DEVICE constexpr bool is_tolerant(const pattern_deal& deal) noexcept {
    return deal.reducing && deal.op == redop::avg && is_floating(deal.type);
}

/// Whether the bits `got` are near enough to the average at a position; NaN never is.
RAILGAUGE_HOST_DEVICE constexpr bool close_to_average(const pattern_deal& deal,
                                                      std::uint32_t position,
                                                      std::uint64_t got) noexcept {
    const auto magnitude = [](double x) { return x < 0 ? -x : x; };
    const auto total = static_cast<double>(combined_value(deal, position_hash(deal, position)));
    const double average = total / deal.ranks;
    const rounding rounds = rounding_of(deal.type);
    const double steps = deal.slots + 2.0;
    const double allowed =
        steps * (rounds.unit * magnitude(average) + rounds.least) + rounds.least * magnitude(total);
    return magnitude(number_of(deal.type, got) - average) <= allowed;
}

}  // namespace railgauge
