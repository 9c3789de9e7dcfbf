#include "harness/backends/nccl/nccl_roots.hpp"

#include <algorithm>
#include <span>

namespace railgauge::nccl {

int root_count(int ranks, bool scalable) noexcept {
    return scalable ? (ranks + ranks_per_root - 1) / ranks_per_root : 1;
}

int first_rank_of(int root, int ranks, int roots) noexcept {
    return root * (ranks / roots) + std::min(root, ranks % roots);
}

std::vector<ncclUniqueId> exchange_ids(world& group, const nccl_calls& calls, int roots, int gpus) {
    const auto home = [&](int root) {
        return first_rank_of(root, group.size() * gpus, roots) / gpus;
    };
    ncclUniqueId mine{};
    for (int root = 0; root < roots; ++root) {
        if (home(root) != group.rank()) continue;
        check_nccl(calls, "ncclGetUniqueId", calls.GetUniqueId(&mine), nullptr);
    }
    std::vector<ncclUniqueId> ids(static_cast<std::size_t>(roots));
    if (roots == 1) {
        ids[0] = mine;
    } else {
        // 128 bytes a rank, at rank 0 only and for a moment: 13 MB for 100,000.
        std::vector<ncclUniqueId> all(group.rank() == 0 ? static_cast<std::size_t>(group.size())
                                                        : 0);
        group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
        for (int root = 0; root < roots && !all.empty(); ++root) {
            ids[static_cast<std::size_t>(root)] = all[static_cast<std::size_t>(home(root))];
        }
    }
    group.broadcast(std::as_writable_bytes(std::span(ids)), 0);
    return ids;
}

}  // namespace railgauge::nccl
