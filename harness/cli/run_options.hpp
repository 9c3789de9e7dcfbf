// What `railgauge run` was asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/suite.hpp"

namespace CLI {
class App;
}

namespace railgauge {

/// The flags as given; what was not given is empty, so that it can leave a suite's value alone.
struct run_options {
    std::optional<int> ranks;
    std::vector<std::string> backends;
    std::vector<std::string> operations;
    std::string bytes;
    std::string types;
    std::string redops;
    std::vector<int> roots;
    bool in_place = false;
    std::vector<std::string> algorithms;
    std::string timing;
    std::string windows;
    std::string memories;
    std::string graph;  ///< "off", "on" or "both"
    std::string registrations;
    std::string streams;
    std::string host_memories;
    std::string host_numas;
    std::string loads;
    std::vector<std::string> groups;
    std::optional<int> rounds;
    std::string precision;
    std::string budget;
    std::optional<std::uint64_t> iterations;
    std::optional<std::uint64_t> warm_up;
    int launches = 1;
    std::string soak;  ///< --for
    std::string deadline = "10s";
    std::string start_deadline = "30s";
    std::string hosts;       ///< --hosts, as given
    std::string meeting;     ///< "mpi", "env"; empty: found
    std::string management;  ///< interface, network or address
    std::string suite;
    std::string out;
    std::string resume;
    std::string topology;      ///< --topology: a name or a file; empty: none
    std::string expectations;  ///< --expect: a file; empty: none
    std::string format = "table";
    bool no_verify = false;
    bool no_pin = false;
    bool dry_run = false;
    std::string nccl_library;
    bool share_gpu = false;
    int gpus_per_rank = 1;
    bool clamp_memory = false;

    // nccl-tests' letters.
    std::string min_bytes;
    std::string max_bytes;
    std::optional<std::uint64_t> factor;
    std::string step_bytes;
    std::optional<int> check;
};

/// Declares the flags of `run` on its subcommand; values land in `into`, which must outlive it.
void declare_run_flags(CLI::App& verb, run_options& into);

/// The suite that the flags ask for: a named one with the flags put over its values, or one made
/// from the flags alone (when --op or a size is given and no --suite), or quick. Throws usage_error
/// and input_error.
[[nodiscard]] suite suite_from(const run_options& options);

}  // namespace railgauge
