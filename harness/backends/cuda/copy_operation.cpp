#include "harness/backends/cuda/copy_operation.hpp"

#include <algorithm>
#include <utility>

#include "harness/backends/cuda_error.hpp"
#include "kernels/device_copy.hpp"

namespace railgauge::cuda {

copy_calls real_copies() noexcept {
    return {.by_engine =
                [](std::byte* to, const std::byte* from, std::uint64_t bytes, cudaStream_t stream) {
                    return cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream);
                },
            .by_processors = launch_copy};
}

copy_operation::copy_operation(std::unique_ptr<device_queue> queue, std::string_view name,
                               std::string algorithm, copy_work work, const copy_calls& calls)
    : queued_operation(std::move(queue), name, std::move(algorithm)),
      work_(std::move(work)),
      calls_(calls) {
    for (const queued_copy& one : work_.copies) lanes_ = std::max(lanes_, one.lane + 1);
    this->queue().widen(lanes_);
}

void copy_operation::launch() {
    for (const queued_copy& one : work_.copies) {
        const cudaStream_t stream = queue().stream(one.lane);
        if (work_.by_processors) {
            check_cuda("launch of the copy's kernel",
                       calls_.by_processors(one.to, one.from, one.bytes, stream, work_.processors));
        } else {
            check_cuda("cudaMemcpyAsync", calls_.by_engine(one.to, one.from, one.bytes, stream));
        }
    }
}

int copy_operation::launches() const noexcept {
    return work_.pageable ? 0 : std::max(1, work_.longest_lane);
}

void copy_operation::meet() {
    if (work_.meet) work_.meet();
}

}  // namespace railgauge::cuda
