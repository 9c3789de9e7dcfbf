// A chain of addresses that a pointer chase follows, made on the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace railgauge {

/// Writes into `buffer` nodes that lie `stride` bytes apart (8 at least), as many as fit whole: the
/// first 8 bytes of each are the address of another one, and the chain comes through all of them
/// before it is back, in an order that no prefetcher guesses (one cycle, each with the same chance:
/// Sattolo, "An algorithm to generate a random cyclic permutation", 1986). `base` is the address
/// that the buffer's first byte will have where it is chased; every node is a valid start.
void write_chase_cycle(std::span<std::byte> buffer, std::uint64_t stride, std::uint64_t base,
                       std::uint64_t seed);

}  // namespace railgauge
