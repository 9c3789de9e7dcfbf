// The data that verification uses: counter-based, so that any rank can compute any other's, and for
// reductions exact in its type in any order of summation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "kernels/types.hpp"

namespace railgauge {

/// Which data: for copies (`reducing` false) any bits, a hash of seed, rank and element; for
/// reductions small values, a fixed multiset dealt to the ranks in an order that depends on the
/// element, whose combination over all `ranks` ranks is known in O(1).
struct data_pattern {
    dtype type = dtype::float32;
    bool reducing = false;
    redop op = redop::sum;
    std::int32_t ranks = 1;
    std::uint64_t seed = 0;
};

/// Writes the elements first .. first + n of what `rank` contributes, n = target.size() / size.
void fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                  std::span<std::byte> target);

/// Writes the elements of the combination over all ranks (reducing patterns only).
void fill_expected(const data_pattern& pattern, std::uint64_t first, std::span<std::byte> target);

/// As int8 -127, as floating point tiny: no reduction's results in those types at length.
inline constexpr int poison_byte = 0x81;

/// Bytes that no pattern contains at length, so that what was never written is seen as wrong.
void fill_poison(std::span<std::byte> target) noexcept;

struct mismatch {
    std::uint64_t element = 0;  ///< the first wrong one, as counted in `actual`
    std::uint64_t wrong = 0;    ///< how many are wrong
    std::string expected;       ///< the first wrong one's values, readable, exact
    std::string got;
};

/// Compares with what `rank` contributes, bit for bit.
[[nodiscard]] std::optional<mismatch> verify_pattern(const data_pattern& pattern, std::int32_t rank,
                                                     std::uint64_t first,
                                                     std::span<const std::byte> actual);

/// Compares with the combination over all ranks: bit for bit, except `avg` of floating-point types.
///
/// Some libraries multiply each contribution by 1/ranks and add then, others add and divide; both
/// are right. With the exact sum S over `ranks` ranks, of which at most K contribute at an element
/// (K = min(ranks, 1 fp8, 11 float16, 4 bfloat16, 1,024 float32, 2^20 float64)), u the unit
/// roundoff (2^-4 e4m3, 2^-3 e5m2, 2^-11, 2^-8, 2^-24, 2^-53) and s half of the least subnormal
/// number (2^-10 e4m3, 2^-17 e5m2, 2^-25 float16, else taken as 0), a result x passes when |x -
/// S/ranks| <= (K + 2) (u |S/ranks| + s) + s |S|.
[[nodiscard]] std::optional<mismatch> verify_expected(const data_pattern& pattern,
                                                      std::uint64_t first,
                                                      std::span<const std::byte> actual);

}  // namespace railgauge
