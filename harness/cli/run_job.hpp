// One run, made from its options: what every process of it needs to know.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/cli/run_options.hpp"
#include "harness/launch/board.hpp"
#include "harness/measure/plan.hpp"
#include "harness/record/run_header.hpp"
#include "harness/topology/expectations.hpp"
#include "harness/topology/model.hpp"

namespace railgauge {

struct run_job {
    run_options options;
    std::vector<std::string> command;  ///< argv, for the record and for mpiexec
    std::vector<std::unique_ptr<backend>> backends;
    bench_list benches;
    int ranks = 0;
    plan what;
    board_limits limits;
    std::chrono::nanoseconds soak{0};  ///< 0: one round
    std::string out;                   ///< the results file
    bool needs_mpi = false;            ///< a backend's ranks must come from an MPI launcher
    std::int64_t left_out = 0;         ///< sizes that --clamp-memory has taken out of the plan
    std::shared_ptr<const topology> cluster;  ///< --topology; may be null
    std::vector<expectation> expected;        ///< --expect
    std::string met;  ///< how and where ranks met, a JSON object for the record; empty: one host
};

/// Plans the run for `ranks` ranks (0: as many as a run without a launcher has: as asked, else one
/// for each GPU where the suite measures nothing but GPUs, else the processors that this process
/// may use, but at least two), of which `ranks_here` (0: all) share this host. Throws usage_error
/// and input_error for what was asked wrongly, capability_error where the buffers do not fit into
/// this host's memory (with the figures) or none of the backends can run.
[[nodiscard]] run_job make_job(const run_options& options, std::vector<std::string> command,
                               int ranks, int ranks_here = 0);

/// How many ranks a run without a launcher has, as make_job says.
[[nodiscard]] int ranks_to_start(const run_options& options, const suite& what,
                                 std::span<const std::unique_ptr<backend>> backends);

/// The first line of the results file.
[[nodiscard]] run_header header_of(const run_job& job);

}  // namespace railgauge
