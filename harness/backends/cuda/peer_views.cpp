#include "harness/backends/cuda/peer_views.hpp"

#include "harness/backends/cuda/peer_reach.hpp"
#include "harness/backends/cuda_error.hpp"

namespace railgauge::cuda {
namespace {

struct exported_buffers {
    cudaIpcMemHandle_t input = {};
    cudaIpcMemHandle_t output = {};
};

cudaIpcMemHandle_t handle_of(memory& buffer) {
    cudaIpcMemHandle_t handle = {};
    if (buffer.bytes() == 0) return handle;  // nobody asks for it
    check_cuda("cudaIpcGetMemHandle", cudaIpcGetMemHandle(&handle, buffer.data()));
    return handle;
}

}  // namespace

peer_views::peer_views(world& group, memory& input, memory& output,
                       const std::vector<transfer>& wanted)
    : rank_(group.rank()) {
    begins_[{rank_, buffer_role::input}] = input.data();
    begins_[{rank_, buffer_role::output}] = output.data();
    exported_buffers mine{.input = handle_of(input), .output = {}};
    mine.output = &output == &input ? mine.input : handle_of(output);
    const auto all = gather_to_all(group, mine);
    try {
        for (const transfer& one : wanted) {
            for (const place& where : {one.from, one.to}) {
                const buffer_key key{where.rank, where.of};
                if (begins_.contains(key)) continue;
                const exported_buffers& theirs = all[static_cast<std::size_t>(where.rank)];
                void* at = nullptr;
                check_cuda("cudaIpcOpenMemHandle",
                           cudaIpcOpenMemHandle(
                               &at, where.of == buffer_role::input ? theirs.input : theirs.output,
                               cudaIpcMemLazyEnablePeerAccess));
                begins_[key] = static_cast<std::byte*>(at);
            }
        }
    } catch (...) {
        close();
        throw;
    }
}

peer_views::~peer_views() {
    close();
}

void peer_views::close() noexcept {
    for (const auto& [key, begin] : begins_) {
        if (key.first != rank_) static_cast<void>(cudaIpcCloseMemHandle(begin));
    }
    begins_.clear();
}

std::byte* peer_views::at(const place& where) const {
    return begins_.at({where.rank, where.of}) + where.offset;
}

}  // namespace railgauge::cuda
