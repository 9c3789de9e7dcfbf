#include <algorithm>

#include "kernels/pattern_value.hpp"

namespace railgauge {
namespace {

/// All integers up to here are exact in the type. Below 2^63, as the sums are computed in int64.
std::uint64_t largest_exact(dtype type) noexcept {
    switch (type) {
        case dtype::int8: return 127;
        case dtype::uint8: return 255;
        case dtype::int16: return 32767;
        case dtype::uint16: return 65535;
        case dtype::int32: return (1ull << 31) - 1;
        case dtype::uint32: return (1ull << 32) - 1;
        case dtype::int64:
        case dtype::uint64: return 1ull << 62;
        case dtype::fp8_e4m3: return 1ull << 4;
        case dtype::fp8_e5m2: return 1ull << 3;
        case dtype::float16: return 1ull << 11;
        case dtype::bfloat16: return 1ull << 8;
        case dtype::float32: return 1ull << 24;
        case dtype::float64: return 1ull << 53;
    }
    return 0;
}

/// The largest power of two that the type holds, at most 2^62: powers of two are exact beyond the
/// significand.
std::uint64_t largest_exponent(dtype type) noexcept {
    if (type == dtype::fp8_e4m3) return 8;
    if (type == dtype::fp8_e5m2 || type == dtype::float16) return 15;
    if (is_floating(type)) return 62;
    return std::bit_width(largest_exact(type)) - 1;
}

/// With more contributions than this the tolerance of an average (see pattern.hpp) would reach the
/// size of one contribution: about a quarter of the root of the largest exact integer.
std::uint64_t most_averaged(dtype type) noexcept {
    switch (type) {
        case dtype::fp8_e4m3:
        case dtype::fp8_e5m2: return 1;
        case dtype::float16: return 11;
        case dtype::bfloat16: return 4;
        case dtype::float32: return 1024;
        case dtype::float64: return 1u << 20;
        default: return ~0ull;
    }
}

/// Shares out `limit`, so that no window's total is more.
void share_out(pattern_deal& deal, std::uint64_t limit, std::uint64_t most_slots) noexcept {
    const std::uint64_t slots = std::min({std::uint64_t{deal.ranks}, limit / 3, most_slots});
    deal.slots = static_cast<std::uint32_t>(slots);
    const std::uint64_t levels = std::clamp<std::uint64_t>(limit / slots - 1, 1, slots);
    deal.levels_log2 = static_cast<std::uint32_t>(std::bit_width(levels) - 1);
    deal.factors = std::bit_floor(limit / sum_of_slots(slots, deal.levels_log2));
    if (slots == deal.ranks) return;  // every rank contributes everywhere
    deal.spread = std::bit_floor(std::max(1u, deal.slots / 2));
    deal.stride = deal.slots - (deal.spread - 1);
}

}  // namespace

pattern_deal make_deal(const data_pattern& pattern) noexcept {
    pattern_deal deal;
    deal.type = pattern.type;
    deal.op = pattern.op;
    deal.reducing = pattern.reducing;
    deal.size = static_cast<std::uint32_t>(size_of(pattern.type));
    deal.period = period_of(deal.size);
    deal.ranks = static_cast<std::uint32_t>(std::max(1, pattern.ranks));
    deal.key = mixed(pattern.seed + 0x9e3779b97f4a7c15u);
    if (!pattern.reducing) return deal;
    const std::uint64_t exact = largest_exact(pattern.type);
    switch (pattern.op) {
        case redop::sum: share_out(deal, exact, ~0ull); break;
        case redop::mulsum: share_out(deal, exact / mulsum_factor, ~0ull); break;
        case redop::avg:
            deal.levelled = !is_floating(pattern.type) && deal.ranks <= exact / 4 * 3;
            share_out(deal, deal.levelled ? exact - deal.ranks : exact,
                      most_averaged(pattern.type));
            break;
        case redop::prod: share_out(deal, largest_exponent(pattern.type), ~0ull); break;
        case redop::min:
        case redop::max:
            // The others lie up to `apart` beyond x and do not reach zero.
            deal.apart = exact >= 64 ? 16 : static_cast<std::uint32_t>(exact / 4);
            deal.least = exact >= 64 ? 32 : deal.apart + 1;
            deal.factors = std::bit_floor(exact - deal.least - deal.apart + 1);
            // One rank holds the extreme, each in its turn.
            deal.stride = deal.ranks > 1 ? 1 : 0;
            break;
    }
    return deal;
}

}  // namespace railgauge
