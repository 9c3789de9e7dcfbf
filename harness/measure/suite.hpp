// A suite: which cases are measured, over which sizes, types and timings. Read from TOML
// (docs/cli.md documents the keys), or made from the command line's flags.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/operation_spec.hpp"
#include "harness/base/operation_kind.hpp"
#include "harness/measure/group_rule.hpp"
#include "kernels/types.hpp"

namespace railgauge {

enum class timing_kind : std::uint8_t { isolated, streamed };
[[nodiscard]] std::string_view name_of(timing_kind timing) noexcept;

/// When a point stops sampling.
struct stopping {
    double precision = 0.01;               ///< relative half width of the median's interval
    double budget_s = 0.5;                 ///< sampling time of a point
    std::uint64_t iterations = 0;          ///< exactly so many instead, where not 0
    std::optional<std::uint64_t> warm_up;  ///< exactly so many operations instead of "settled"
};

/// A block of points: the cross product of its lists. Empty `algorithms`: the backend chooses;
/// "all": each that applies. Empty `backends`: all that are available.
struct suite_case {
    std::vector<operation_kind> operations;
    std::vector<std::string> backends;
    std::vector<std::string> algorithms;
    std::vector<std::uint64_t> bytes;
    std::vector<dtype> types{dtype::float32};
    std::vector<redop> redops{redop::sum};
    std::vector<int> roots{0};
    std::vector<bool> in_place{false};
    std::vector<timing_kind> timings{timing_kind::isolated};
    std::vector<int> windows{1};
    std::vector<memory_kind> memories;  ///< empty: each backend's own
    std::vector<bool> graphs{false};
    std::vector<registration_kind> registrations{registration_kind::none};
    std::vector<int> streams{1};
    std::vector<host_memory_kind> host_memories{host_memory_kind::pinned};
    std::vector<int> host_numas{local_numa};
    std::vector<int> loads{0};  ///< multiprocessors that compute meanwhile
    int gpus_per_rank = 1;      ///< of the whole run: --gpus-per-rank
    std::vector<group_rule> groups{group_rule{}};
    int rounds = 0;  ///< of pairings, at most; 0: all
    stopping stop;
};

struct suite {
    std::string name;
    std::string description;
    std::vector<suite_case> cases;
};

/// More messages under way than this are a mistyped number.
inline constexpr int most_window = 65536;
/// Each stream has a communicator of its own, which takes memory and connections.
inline constexpr int most_streams = 64;
inline constexpr int most_numa_nodes = 1024;
inline constexpr int most_load_processors = 4096;
inline constexpr int most_gpus_per_rank = 64;

/// "local", or the number of a NUMA node. Throws usage_error.
[[nodiscard]] int host_numa_from(std::string_view text);

/// Parses TOML text. `file` is what errors call it. Throws input_error with line and column, what
/// was expected, and the nearest valid word.
[[nodiscard]] suite parse_suite(std::string_view text, const std::string& file);

/// Reads and parses a file. Throws system_error where it cannot be read.
[[nodiscard]] suite read_suite(const std::string& path);

/// Where a suite of this name lies: a path if it contains '/' or ends in ".toml", else NAME.toml in
/// RAILGAUGE_SUITES, the installed share/railgauge/suites or the source tree's benches/suites.
/// Throws usage_error that lists the suites there are.
[[nodiscard]] std::string find_suite(const std::string& name);

/// Names of the suites that find_suite finds, sorted.
[[nodiscard]] std::vector<std::string> available_suites();

}  // namespace railgauge
