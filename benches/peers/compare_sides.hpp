// Two sides measured in turn, batch by batch, inside one launch, with the same starts.
#pragma once

#include <string>

#include "benches/peers/side.hpp"

namespace peers {

struct comparison {
    double first_ns = 0;   ///< median
    double second_ns = 0;  ///< median
    std::size_t first_samples = 0;
    std::size_t second_samples = 0;
    std::size_t asked_samples = 0;  ///< of each side; fewer count where starts were missed
    double barrier_ns = 0;          ///< a barrier of the World before or after, the slower: the
                                    ///< state of the machine, where the ranks share a host
};

enum class timing { isolated, streamed };
const char* name_of(timing which);

/// Collective; the result is complete at rank 0. About `budget_s` seconds for both sides together.
comparison compare_sides(railgauge::world& group, const railgauge::clock_calibration& clock,
                         side& first, side& second, timing which, double budget_s);

/// Prints "op timing bytes first_ns second_ns first_samples second_samples asked barrier_ns": what
/// peers.py reads.
void print_comparison(const std::string& op, timing which, std::uint64_t bytes,
                      const comparison& result);

}  // namespace peers
