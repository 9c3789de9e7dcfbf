#include "harness/backends/cuda/peer_reach.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>

#include "harness/backends/cuda_error.hpp"
#include "harness/backends/device_choice.hpp"

namespace railgauge::cuda {
namespace {

/// What is shared between processes is shared in whole pages of the device.
constexpr std::size_t tried_bytes = 2 << 20;

bool same(const char* a, const char* b) {
    return std::strcmp(a, b) == 0;
}

gpu_offer offer_of(const world& group, memory* tried) {
    gpu_offer mine;
    group.host_name().copy(mine.host, sizeof mine.host - 1);
    device_bus_id().copy(mine.bus, sizeof mine.bus - 1);
    mine.reaches_pageable = device_attribute(cudaDevAttrPageableMemoryAccess) != 0;
    mine.processors = device_attribute(cudaDevAttrMultiProcessorCount);
    if (tried == nullptr) return mine;
    mine.exported = cudaIpcGetMemHandle(&mine.handle, tried->data());
    static_cast<void>(cudaGetLastError());  // else a later launch would report it again
    return mine;
}

/// What one rank found; sent around.
struct finding {
    char pair[512] = {};
    char anyone[512] = {};
};

finding try_peers(const std::vector<gpu_offer>& offers, int rank) {
    finding mine;
    for (int peer = 0; peer < static_cast<int>(offers.size()); ++peer) {
        const gpu_offer& theirs = offers[static_cast<std::size_t>(peer)];
        if (peer == rank) continue;
        cudaError_t opened = theirs.exported;
        if (opened == cudaSuccess &&
            same(theirs.host, offers[static_cast<std::size_t>(rank)].host)) {
            void* at = nullptr;
            opened = cudaIpcOpenMemHandle(&at, theirs.handle, cudaIpcMemLazyEnablePeerAccess);
            if (opened == cudaSuccess) static_cast<void>(cudaIpcCloseMemHandle(at));
            static_cast<void>(cudaGetLastError());
        }
        const std::string reason = why_not_reached(offers, rank, peer, opened);
        if (mine.anyone[0] == '\0') reason.copy(mine.anyone, sizeof mine.anyone - 1);
        if (peer == (rank ^ 1)) reason.copy(mine.pair, sizeof mine.pair - 1);
    }
    return mine;
}

}  // namespace

std::string why_one_gpu(std::span<const gpu_offer> offers) {
    std::vector<std::size_t> order(offers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto compare = [&](std::size_t a, std::size_t b) {
        const int hosts = std::strcmp(offers[a].host, offers[b].host);
        return hosts != 0 ? hosts : std::strcmp(offers[a].bus, offers[b].bus);
    };
    std::ranges::stable_sort(order,
                             [&](std::size_t a, std::size_t b) { return compare(a, b) < 0; });
    const auto twins = std::ranges::adjacent_find(
        order, [&](std::size_t a, std::size_t b) { return compare(a, b) == 0; });
    if (twins == order.end()) return {};
    return fmt::format(
        "ranks {} and {} share GPU {} of host {}, so they would measure each other: start fewer "
        "ranks on a host, or set RAILGAUGE_SHARE_GPU=1 to try things out",
        twins[0], twins[1], offers[twins[0]].bus, offers[twins[0]].host);
}

std::string why_not_reached(std::span<const gpu_offer> offers, int rank, int peer,
                            cudaError_t opened) {
    const gpu_offer& here = offers[static_cast<std::size_t>(rank)];
    const gpu_offer& there = offers[static_cast<std::size_t>(peer)];
    if (!same(here.host, there.host)) {
        return fmt::format(
            "ranks {} and {} are on different hosts, {} and {}: the cuda backend copies within a "
            "host (--groups intra-host); nccl and ucx measure between hosts",
            std::min(rank, peer), std::max(rank, peer),
            offers[static_cast<std::size_t>(std::min(rank, peer))].host,
            offers[static_cast<std::size_t>(std::max(rank, peer))].host);
    }
    if (opened == cudaSuccess) return {};
    const bool exporting = there.exported != cudaSuccess;
    return fmt::format(
        "rank {} (GPU {}) has no access to the memory of rank {} (GPU {}): {}: {} ({}); "
        "nvidia-smi topo -p2p rw shows which GPUs have, and IOMMU, ACS or containers without a "
        "common IPC namespace take it away",
        rank, here.bus, peer, there.bus,
        exporting ? "cudaIpcGetMemHandle there" : "cudaIpcOpenMemHandle",
        cudaGetErrorString(opened), cudaGetErrorName(opened));
}

cuda_abilities find_abilities(world& group, const std::shared_ptr<const verification_desk>& desk) {
    std::unique_ptr<device_memory> tried;
    if (group.size() > 1) tried = std::make_unique<device_memory>(desk, tried_bytes);
    const auto offers = gather_to_all(group, offer_of(group, tried.get()));
    cuda_abilities has;
    has.reaches_pageable = std::ranges::all_of(offers, &gpu_offer::reaches_pageable);
    has.processors = std::ranges::min_element(offers, {}, &gpu_offer::processors)->processors;
    if (!shares_gpu()) has.shared_gpu = why_one_gpu(offers);
    if (group.size() == 1) return has;
    const auto found = gather_to_all(group, try_peers(offers, group.rank()));
    for (const finding& each : found) {
        if (has.no_pairs.empty()) has.no_pairs = each.pair;
        if (has.no_peers.empty()) has.no_peers = each.anyone;
    }
    group.barrier();  // nobody reaches for the memory any more
    return has;
}

}  // namespace railgauge::cuda
