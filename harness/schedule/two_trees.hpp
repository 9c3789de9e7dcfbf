// Two binary trees over the same members, so that each is an inner node in at most one of them.
#pragma once

#include <cstdint>
#include <vector>

namespace railgauge {

/// One of the two, over the numbers 1 .. m in order, with 0 as the root above. In the first, the
/// parent of an odd multiple of 2^k is the multiple of 2^(k+1) next to it that exists (so the even
/// numbers are inner nodes); the second is the same tree mirrored (m even) or moved on by one
/// (m odd), so that the odd numbers are. Sanders, Speck, Traeff, "Two-tree algorithms for full
/// bandwidth broadcast, reduction and scan", 2009. Both are at most floor(log2 m) + 1 deep.
class two_trees {
public:
    /// `m` >= 1; the first tree where `iteration` is even, the second where it is odd.
    two_trees(std::int64_t m, std::int64_t iteration) : m_(m), second_(iteration % 2 != 0) {}

    /// Of `member` in 1 .. m; 0 for one of them.
    [[nodiscard]] std::int64_t parent(std::int64_t member) const;

    /// Of `member` in 0 .. m: one for 0, none to two for the others.
    [[nodiscard]] std::vector<std::int64_t> children(std::int64_t member) const;

private:
    [[nodiscard]] std::int64_t place_of(std::int64_t member) const;
    [[nodiscard]] std::int64_t member_at(std::int64_t place) const;

    std::int64_t m_;
    bool second_;
};

}  // namespace railgauge
