// Copies as an operation.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cuda/queued_operation.hpp"

namespace railgauge::cuda {

/// The two calls that copy; tests put others in their place. `processors`: 0 is all.
struct copy_calls {
    cudaError_t (*by_engine)(std::byte* to, const std::byte* from, std::uint64_t bytes,
                             cudaStream_t stream);
    cudaError_t (*by_processors)(std::byte* to, const std::byte* from, std::uint64_t bytes,
                                 cudaStream_t stream, unsigned processors);
};

/// cudaMemcpyAsync and launch_copy.
[[nodiscard]] copy_calls real_copies() noexcept;

struct queued_copy {
    std::byte* to = nullptr;
    const std::byte* from = nullptr;
    std::uint64_t bytes = 0;
    int lane = 0;
};

struct copy_work {
    std::vector<queued_copy> copies;
    int longest_lane = 0;  ///< the most copies that one lane has
    bool by_processors = false;
    unsigned processors = 0;  ///< that each copy takes; 0: all
    bool pageable = false;    ///< the host takes part
    /// Waits for the other ranks' copies; empty where there are no other ranks.
    std::function<void()> meet;
    std::shared_ptr<void> keeps = nullptr;  ///< what has to outlive the copies
};

class copy_operation final : public queued_operation {
public:
    copy_operation(std::unique_ptr<device_queue> queue, std::string_view name,
                   std::string algorithm, copy_work work, const copy_calls& calls);

protected:
    void launch() override;
    [[nodiscard]] int launches() const noexcept override;
    [[nodiscard]] int lanes() const noexcept override { return lanes_; }
    void meet() override;

private:
    copy_work work_;
    copy_calls calls_;
    int lanes_ = 1;
};

}  // namespace railgauge::cuda
