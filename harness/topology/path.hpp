// Components and the way between two GPUs, from their coordinates.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/topology/coordinates.hpp"
#include "harness/topology/model.hpp"

namespace railgauge {

/// One component of a way, or a set of alike ones of which a message takes one (or spreads over
/// them, where routing is adaptive).
struct path_hop {
    std::string component;     ///< "host3/gpu1", "host3/nic1", "leaf-2/plane1", "spine-0"
    std::int64_t choices = 1;  ///< alike components that may carry it
    double gbps = 0;           ///< of one of them, each direction; 0: a switch, or not counted
};

struct gpu_path {
    std::vector<path_hop> hops;  ///< from the first GPU to the second
    std::string turns_at;        ///< the tier whose group joins them
    double latency_us = 0;
    double gbps = 0;  ///< the narrowest group of ports on the way
};

/// "host12/gpu3". Throws usage_error where there is no such GPU.
[[nodiscard]] std::string gpu_name(const topology& all, std::int64_t gpu);

/// A group's name: its tier and its indices from the outside, "leaf-2", "nvlink-2.5".
[[nodiscard]] std::string group_name(const topology& all, const std::vector<group_place>& around,
                                     std::size_t position);

/// The way from `from` to `to`. Where planes are not joined below the turn, it runs on the plane of
/// the destination's NIC, reached over the tier inside. Throws usage_error.
[[nodiscard]] gpu_path path_between(const topology& all, std::int64_t from, std::int64_t to);

/// GPUs of the group of `tier_name` around a GPU: first and count. Throws usage_error.
struct group_members {
    std::int64_t first_gpu = 0;
    std::int64_t gpus = 0;
};
[[nodiscard]] group_members members_around(const topology& all, std::int64_t gpu,
                                           const std::string& tier_name);

}  // namespace railgauge
