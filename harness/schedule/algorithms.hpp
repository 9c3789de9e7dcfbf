// The algorithms, by name. Each is one file under schedule/algorithms/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/schedule/schedule.hpp"

namespace railgauge {

struct schedule_request {
    operation_kind kind = operation_kind::all_reduce;
    std::string algorithm{};
    std::int64_t ranks = 1;
    std::int64_t root = 0;
    bool in_place = false;
    /// How many ranks each host has, where all have equally many and consecutive ranks share a
    /// host; 0: unknown or not so. Needed by the hierarchical algorithms.
    std::int64_t ranks_per_host = 0;
    /// Into how many segments a pipelined algorithm cuts what it sends along one path; 0: four.
    /// More of them fill a long pipeline better, and each costs a message. Others ignore it.
    std::int64_t segments = 0;
};

/// Every algorithm name for a kind, whatever the number of ranks.
[[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind);

/// Those that apply to `ranks` ranks, `ranks_per_host` on each host (as schedule_request has it);
/// never empty for ranks >= 1.
[[nodiscard]] std::vector<std::string> algorithms_for(operation_kind kind, std::int64_t ranks,
                                                      std::int64_t ranks_per_host = 0);

/// Whether schedule_request::segments matters to an algorithm: it works in a pipeline.
[[nodiscard]] bool is_pipelined(operation_kind kind, std::string_view algorithm);

/// Throws usage_error for a name that is not known (with the nearest that is) and
/// capability_error for one that does not apply to this number of ranks (with the reason).
[[nodiscard]] schedule make_schedule(const schedule_request& request);

}  // namespace railgauge
