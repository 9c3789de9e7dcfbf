// Which ranks of a group reach each other's memory, found by trying.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "harness/backends/cuda/cuda_supports.hpp"
#include "harness/backends/device_memory.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::cuda {

/// Every rank's value, at every rank. Collective.
template <typename T>
std::vector<T> gather_to_all(world& group, const T& mine) {
    std::vector<T> all(static_cast<std::size_t>(group.size()));
    const bool root = group.rank() == 0;
    group.gather(std::as_bytes(std::span(&mine, 1)),
                 root ? std::as_writable_bytes(std::span(all)) : std::span<std::byte>{}, 0);
    group.broadcast(std::as_writable_bytes(std::span(all)), 0);
    return all;
}

/// Where a rank's GPU is, and memory of it that others may try to reach; sent around.
struct gpu_offer {
    char host[64] = {};
    char bus[32] = {};
    cudaIpcMemHandle_t handle = {};
    cudaError_t exported = cudaSuccess;
    int processors = 0;
    bool reaches_pageable = false;
};

/// Why what two ranks measure would be one GPU's, naming the first two; empty: all are apart.
[[nodiscard]] std::string why_one_gpu(std::span<const gpu_offer> offers);

/// Why `rank` does not reach the memory of `peer`, whose opening gave `opened`; empty: it does.
[[nodiscard]] std::string why_not_reached(std::span<const gpu_offer> offers, int rank, int peer,
                                          cudaError_t opened);

/// Collective over the group, each rank on its GPU. Throws cuda_error and capability_error.
[[nodiscard]] cuda_abilities find_abilities(world& group,
                                            const std::shared_ptr<const verification_desk>& desk);

}  // namespace railgauge::cuda
