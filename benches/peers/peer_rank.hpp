// What the programs here that run under an MPI launcher have in common: meeting, pinning, one
// clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "harness/backends/backend.hpp"
#include "harness/base/clock.hpp"
#include "harness/launch/world.hpp"

namespace peers {

struct rank_context {
    railgauge::world& group;
    const railgauge::clock_calibration& clock;
    std::string module_path;
    double budget_s = 0.1;  ///< of one comparison
    std::uint64_t most_bytes = std::uint64_t{16} << 20U;
};

/// `program MODULE [BUDGET_S [MOST_BYTES]]`: runs `body` as one rank and returns the exit status.
int run_peer(int argc, char** argv, const std::function<void(const rank_context&)>& body);

/// Both buffers and the operation on them.
struct prepared_operation {
    std::unique_ptr<railgauge::memory> input;
    std::unique_ptr<railgauge::memory> output;  ///< none in place
    std::unique_ptr<railgauge::operation> what;
};
prepared_operation prepare(railgauge::world& group, railgauge::communicator& carrier,
                           const railgauge::operation_spec& spec);

}  // namespace peers
