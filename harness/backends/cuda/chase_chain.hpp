// The chain of addresses of a latency's measurement, and where each execution begins in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace railgauge::cuda {

/// Nodes lie so far apart that each access is to a cache line of its own.
inline constexpr std::uint64_t chase_stride_bytes = 128;

/// A chain through all of `bytes` (one node at least), which an execution of `accesses` steps goes
/// on with where the last one ended: so that, in a chain longer than an execution, none finds in a
/// cache what the one before has brought there.
class chase_chain {
public:
    /// Where nodes outnumber the accesses, their number is rounded down to a multiple of these.
    chase_chain(std::uint64_t bytes, std::uint64_t accesses);

    [[nodiscard]] std::uint64_t bytes() const noexcept { return nodes_ * chase_stride_bytes; }

    /// What the memory has to hold whose first byte is at `base`.
    [[nodiscard]] std::vector<std::byte> write(std::uint64_t base);

    /// After write: where execution `number` (from 0) begins and ends.
    [[nodiscard]] std::uint64_t begin(std::uint64_t number) const;
    [[nodiscard]] std::uint64_t end(std::uint64_t number) const;

private:
    std::uint64_t accesses_;
    std::uint64_t nodes_;
    /// Where executions begin, in turns; one more where they all begin at the first and end there.
    std::vector<std::uint64_t> stops_;
};

}  // namespace railgauge::cuda
