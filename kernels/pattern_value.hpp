// One element of the verification data, computed from its place alone, on host and device alike.
//
// Elements are cut into chunks of a prime number of elements, the period. Element e of chunk c =
// e / period has the position (e + rotation(c)) mod period, and its value depends on its position,
// not on e itself. So a buffer of any length is made of pieces of one short table, and a block that
// landed in a wrong place shows, because its rotation is another.
//
// Copies: position p of rank r is size_of(type) bytes of a stream of hashed 64-bit words.
//
// Reductions: at each position the ranks are dealt slots, slot = (rank + shift(p)) mod ranks. Only
// the first w(p) slots hold anything but the neutral element, so that every partial result in any
// order is an integer within `limit`, which the type holds exactly.
//   sum, avg   sign(p) f(p) (1 + slot mod m)       total  sign(p) f(p) S(w)
//   mulsum     as sum, but from half of the range  total  2 sign(p) f(p) S(w)
//   prod       2^(f(p) (1 + slot mod m)), slot 0 with sign(p)     sign(p) 2^(f(p) S(w))
//   min, max   sign(p) x(p) at slot 0, elsewhere 1 to 16 more (min) or less (max); fp8 1 to 4, 2
// where S(w) = sum over slot < w of (1 + slot mod m). f, x, w, sign and shift differ from position
// to position. Where ranks are more than slots, shift moves on by the least w from one position to
// the next, so that every rank contributes at one of any ranks / w consecutive positions; for min
// and max, w is 1. A chunk thus reaches period * w ranks: sums 110,000 and more (fp8 8,000),
// products 8,000, floating-point averages 12,000 (fp8 4,000), min and max the period. Ranks beyond
// hold only neutral elements in such types; what they hold is still verified.
//
// An integer average hides what is lost in the division. So for avg of integers, slot 0 holds more:
// the total becomes a multiple of ranks, where a missing contribution changes the quotient, or one
// less than that, where a doubled one does. This is so while ranks fit (int8 93, uint8 189, int16
// 24,573, ...); averages over more ranks than the type can count say little, whatever is done.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/element_bits.hpp"
#include "kernels/pattern.hpp"

namespace railgauge {

/// What follows from a data_pattern once and for all elements.
struct pattern_deal {
    dtype type = dtype::float32;
    redop op = redop::sum;
    bool reducing = false;
    std::uint32_t size = 4;    ///< of an element in bytes
    std::uint32_t period = 1;  ///< elements in a chunk, a prime
    std::uint32_t ranks = 1;
    std::uint32_t slots = 1;        ///< the largest w
    std::uint32_t spread = 1;       ///< w is slots - (0 .. spread - 1); a power of two
    std::uint32_t stride = 0;       ///< from shift(p) to shift(p + 1); 0: shift is hashed
    std::uint32_t levels_log2 = 0;  ///< of m
    std::uint64_t factors = 1;      ///< f is 1 .. factors, x is least .. least + factors - 1;
                                    ///< a power of two
    std::uint32_t least = 32;       ///< of x
    std::uint32_t apart = 16;       ///< how far other slots' values are from x; a power of two
    bool levelled = false;          ///< avg of integers: totals are at a step of the quotient
    std::uint64_t key = 0;          ///< of the seed
};

/// The elements of a chunk, by their size: primes; a chunk is just under 8 KiB, so that twice a
/// chunk stays in the first-level cache.
[[nodiscard]] RAILGAUGE_HOST_DEVICE constexpr std::uint32_t period_of(std::uint32_t size) noexcept {
    if (size <= 2) return 4093;
    return size == 4 ? 2039 : 1021;
}

/// A bijection of 64-bit numbers in which each bit depends on all (the finaliser of splitmix64:
/// Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t mixed(std::uint64_t bits) noexcept {
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    return bits ^ (bits >> 31);
}

/// 0 .. below - 1 from the upper half of a hash.
RAILGAUGE_HOST_DEVICE constexpr std::uint32_t scaled(std::uint64_t hash,
                                                     std::uint32_t below) noexcept {
    return static_cast<std::uint32_t>(((hash >> 32) * below) >> 32);
}

RAILGAUGE_HOST_DEVICE constexpr std::uint32_t rotation_of(const pattern_deal& deal,
                                                          std::uint64_t chunk) noexcept {
    return scaled(mixed(deal.key + chunk * 0x9e3779b97f4a7c15u), deal.period);
}

RAILGAUGE_HOST_DEVICE constexpr std::uint32_t position_of(const pattern_deal& deal,
                                                          std::uint64_t element) noexcept {
    const std::uint64_t chunk = element / deal.period;
    const auto inside = static_cast<std::uint32_t>(element - chunk * deal.period);
    return (inside + rotation_of(deal, chunk)) % deal.period;
}

/// What all the words of one rank's copy data share.
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t rank_key(const pattern_deal& deal,
                                                       std::uint32_t rank) noexcept {
    return mixed(deal.key ^ mixed(rank + 1ull));
}

RAILGAUGE_HOST_DEVICE constexpr std::uint64_t copy_word(std::uint64_t key,
                                                        std::uint32_t word) noexcept {
    return mixed(key + (word + 1ull) * 0x9e3779b97f4a7c15u);
}

/// f, x, w, sign and a hashed shift of a position come from these bits. One multiplication for each
/// element of a run: the first one is a running sum there.
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t position_hash(const pattern_deal& deal,
                                                            std::uint32_t position) noexcept {
    std::uint64_t bits = deal.key + (position + 1ull) * 0xd1342543de82ef95u;
    bits = (bits ^ (bits >> 32)) * 0x94d049bb133111ebu;
    return bits ^ (bits >> 29);
}

RAILGAUGE_HOST_DEVICE constexpr std::uint32_t shift_of(const pattern_deal& deal, std::uint64_t hash,
                                                       std::uint32_t position) noexcept {
    if (deal.stride == 0) return scaled(hash, deal.ranks);
    return static_cast<std::uint32_t>(
        (scaled(deal.key, deal.ranks) + std::uint64_t{position} * deal.stride) % deal.ranks);
}

RAILGAUGE_HOST_DEVICE constexpr std::int64_t signed_as(const pattern_deal& deal, std::uint64_t hash,
                                                       std::uint64_t magnitude) noexcept {
    const auto value = static_cast<std::int64_t>(magnitude);
    return !is_unsigned(deal.type) && (hash >> 63) != 0 ? -value : value;
}

RAILGAUGE_HOST_DEVICE constexpr std::uint64_t factor_of(const pattern_deal& deal,
                                                        std::uint64_t hash) noexcept {
    return 1 + (hash & (deal.factors - 1));
}

RAILGAUGE_HOST_DEVICE constexpr std::uint32_t window_of(const pattern_deal& deal,
                                                        std::uint64_t hash) noexcept {
    return deal.slots - (static_cast<std::uint32_t>(hash >> 32) & (deal.spread - 1));
}

/// S(w).
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t sum_of_slots(std::uint64_t window,
                                                           std::uint32_t levels_log2) noexcept {
    const std::uint64_t levels = std::uint64_t{1} << levels_log2;
    const std::uint64_t rest = window & (levels - 1);
    return (window >> levels_log2) * (levels * (levels + 1) / 2) + rest * (rest + 1) / 2;
}

/// What slot 0 holds beyond its share, so that the total is 0 or -1 modulo ranks (see above).
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t levelling_of(const pattern_deal& deal,
                                                           std::uint64_t hash) noexcept {
    if (!deal.levelled) return 0;
    const std::uint64_t total =
        factor_of(deal, hash) * sum_of_slots(window_of(deal, hash), deal.levels_log2);
    const std::uint64_t below = (hash >> 62) & 1;
    return (deal.ranks - (total + below) % deal.ranks) % deal.ranks;
}

/// What slot `slot` of a position holds.
RAILGAUGE_HOST_DEVICE constexpr std::int64_t slot_value(const pattern_deal& deal,
                                                        std::uint64_t hash,
                                                        std::uint32_t slot) noexcept {
    if (deal.op == redop::min || deal.op == redop::max) {
        const std::int64_t best = signed_as(deal, hash, factor_of(deal, hash) + deal.least - 1);
        if (slot == 0) return best;
        const auto apart = static_cast<std::int64_t>(1 + ((slot - 1) & (deal.apart - 1)));
        return deal.op == redop::min ? best + apart : best - apart;
    }
    const std::uint32_t level = slot & ((1u << deal.levels_log2) - 1);
    const std::uint64_t amount = factor_of(deal, hash) * (1ull + level);
    const bool holds = slot < window_of(deal, hash);
    if (deal.op != redop::prod) {
        if (!holds) return 0;
        return signed_as(deal, hash, slot == 0 ? amount + levelling_of(deal, hash) : amount);
    }
    if (!holds) return 1;
    const std::uint64_t power = std::uint64_t{1} << amount;
    return slot == 0 ? signed_as(deal, hash, power) : static_cast<std::int64_t>(power);
}

/// The combination over all slots of a position; for avg the sum, which is still to be divided.
RAILGAUGE_HOST_DEVICE constexpr std::int64_t combined_value(const pattern_deal& deal,
                                                            std::uint64_t hash) noexcept {
    const std::uint64_t factor = factor_of(deal, hash);
    if (deal.op == redop::min || deal.op == redop::max) {
        return signed_as(deal, hash, factor + deal.least - 1);
    }
    const std::uint64_t total = factor * sum_of_slots(window_of(deal, hash), deal.levels_log2);
    if (deal.op == redop::prod) return signed_as(deal, hash, std::uint64_t{1} << total);
    const std::int64_t sum = signed_as(deal, hash, total + levelling_of(deal, hash));
    return deal.op == redop::mulsum ? sum * mulsum_factor : sum;
}

/// The bits of the combination as the type holds it, from combined_value.
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t bits_of_combined(const pattern_deal& deal,
                                                               std::int64_t combined) noexcept {
    if (deal.op != redop::avg) return bits_of_integer(deal.type, combined);
    if (is_floating(deal.type)) {
        return bits_of_quotient(deal.type, static_cast<double>(combined) / deal.ranks);
    }
    return bits_of_integer(deal.type, combined / static_cast<std::int64_t>(deal.ranks));
}

/// The bits of what `rank` contributes at a position, in the lower size_of(type) bytes.
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t value(const pattern_deal& deal, std::uint32_t rank,
                                                    std::uint32_t position) noexcept {
    if (!deal.reducing) {
        const std::uint32_t at = position * deal.size;
        return copy_word(rank_key(deal, rank), at / 8) >> (at % 8 * 8);
    }
    const std::uint64_t hash = position_hash(deal, position);
    const std::uint64_t slot = std::uint64_t{rank} + shift_of(deal, hash, position);
    return bits_of_integer(
        deal.type,
        slot_value(deal, hash,
                   static_cast<std::uint32_t>(slot < deal.ranks ? slot : slot - deal.ranks)));
}

/// The bits of the combination over all ranks at a position.
RAILGAUGE_HOST_DEVICE constexpr std::uint64_t expected(const pattern_deal& deal,
                                                       std::uint32_t position) noexcept {
    return bits_of_combined(deal, combined_value(deal, position_hash(deal, position)));
}

/// Prepares a pattern (host). `ranks` must be positive.
[[nodiscard]] pattern_deal make_deal(const data_pattern& pattern) noexcept;

}  // namespace railgauge
