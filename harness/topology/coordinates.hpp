// Where a GPU stands: the group of each tier around it, computed, never listed.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/topology/model.hpp"

namespace railgauge {

/// One group around a GPU, or the GPU itself.
struct group_place {
    std::size_t stack = 0;
    int level = -1;              ///< index of the tier in its stack; -1: the GPU
    std::int64_t first_gpu = 0;  ///< counted through the cluster
    std::int64_t index = 0;      ///< of this group among the members of what contains it
    double up_gbps = 0;          ///< towards what contains it; 0 for the whole cluster
};

/// From the GPU itself outwards to the whole cluster. Throws usage_error where there is no such
/// GPU.
[[nodiscard]] std::vector<group_place> groups_around(const topology& all, std::int64_t gpu);

}  // namespace railgauge
