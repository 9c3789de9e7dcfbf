// The other ranks' buffers as this process sees them, through CUDA IPC.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "harness/backends/cuda/copy_plan.hpp"
#include "harness/backends/memory.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::cuda {

/// Opened when it is made, closed when it dies: the owners free their memory later
/// (lent_memory).
class peer_views {
public:
    /// Collective: exchanges handles of both buffers, and opens those that `wanted` asks for.
    /// Throws cuda_error.
    peer_views(world& group, memory& input, memory& output, const std::vector<transfer>& wanted);
    ~peer_views();
    peer_views(const peer_views&) = delete;
    peer_views& operator=(const peer_views&) = delete;

    /// This process's address of a place of `wanted`.
    [[nodiscard]] std::byte* at(const place& where) const;

private:
    using buffer_key = std::pair<int, buffer_role>;

    void close() noexcept;

    int rank_;
    std::map<buffer_key, std::byte*> begins_;
};

}  // namespace railgauge::cuda
