// The tiers of a cluster one under the other, from the outermost inwards, as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/topology/model.hpp"

namespace railgauge {

struct listed_tier {
    std::string path;          ///< "leaf", or with the kind it belongs to "h200-block/leaf"
    int depth = 0;             ///< 0: the outermost
    const tier* at = nullptr;  ///< of the topology given to list_tiers
    std::string members;       ///< what a group contains: "32 x nvlink", "195 x h100-block, ..."
    double groups = 0;         ///< how many of them in the whole cluster
    std::string node;          ///< where members are GPUs: the node's name
};

[[nodiscard]] std::vector<listed_tier> list_tiers(const topology& all);

struct cluster_power {
    double gpus_w = 0;
    double rest_w = 0;
    bool known = true;  ///< false: some part does not say
};
[[nodiscard]] cluster_power power_of(const topology& all);

/// The cluster as a text tree with counts and rates, each line ended.
[[nodiscard]] std::string show_text(const topology& all, bool with_sources);

/// What differs between two clusters, tier by tier, and what that does to bounds. Empty where they
/// are alike.
[[nodiscard]] std::string diff_text(const topology& a, const topology& b);

}  // namespace railgauge
