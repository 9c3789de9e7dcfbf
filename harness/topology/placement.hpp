// Which GPU each rank sits on, without listing them where there is a rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/topology/model.hpp"

namespace railgauge {

/// GPUs first, first + stride, ... : `count` of them.
struct placement_run {
    std::int64_t first = 0;
    std::int64_t stride = 1;
    std::int64_t count = 0;

    [[nodiscard]] std::int64_t last() const { return first + stride * (count - 1); }
    friend bool operator==(const placement_run&, const placement_run&) = default;
};

/// GPUs are counted through the cluster in the order of the file, the innermost group's first.
/// Ranks sit on the GPUs of the runs in their order; runs are ascending and do not overlap.
struct rank_placement_rule {
    std::vector<placement_run> runs;

    [[nodiscard]] std::int64_t ranks() const;
    /// The GPU of a rank. O(runs).
    [[nodiscard]] std::int64_t gpu_of(std::int64_t rank) const;
};

/// `words`: "natural" (the first `ranks` GPUs), "strided:S" (every S-th), or "hosts:LIST" with host
/// numbers as in "hosts:0-3,8,10-11" (all GPUs of these hosts, in the order of their numbers;
/// `ranks` of them). Throws usage_error: unknown words, more ranks than GPUs.
[[nodiscard]] rank_placement_rule parse_placement(std::string_view words, const topology& all,
                                                  std::int64_t ranks);

/// GPUs in any order, each once: a rule with the ranks sorted by their GPU. Throws usage_error
/// where one is named twice or is not in the cluster.
[[nodiscard]] rank_placement_rule placement_on(std::vector<std::int64_t> gpus, const topology& all);

/// Of the host's number, counted through the cluster: its first GPU, and how many it has. Throws
/// usage_error where there is no such host.
struct host_gpus {
    std::int64_t first = 0;
    std::int64_t count = 0;
};
[[nodiscard]] host_gpus gpus_of_host(const topology& all, std::int64_t host);
[[nodiscard]] std::int64_t hosts_of(const topology& all);

}  // namespace railgauge
