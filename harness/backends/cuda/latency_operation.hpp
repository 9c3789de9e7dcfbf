// The operations whose time is a latency: chases, launches and events.
#pragma once

#include <functional>
#include <memory>

#include "harness/backends/cuda/chase_chain.hpp"
#include "harness/backends/cuda/queued_operation.hpp"
#include "harness/backends/memory.hpp"
#include "kernels/device_timing.hpp"

namespace railgauge::cuda {

using chase_call = cudaError_t (*)(std::uint64_t start, std::uint64_t steps, chase_record* record,
                                   cudaStream_t stream);

/// Where the device leaves what became of a chase, and how the host sees it.
struct chase_words {
    chase_record* on_device = nullptr;
    const chase_record* on_host = nullptr;
};

/// Follows a chain that stands in memory already. Throws wrong_data_error where the device came to
/// another address than the host did.
class chase_operation final : public queued_operation {
public:
    /// `keeps` holds the chain's memory and the words.
    chase_operation(std::unique_ptr<device_queue> queue, std::string_view name, chase_chain chain,
                    chase_words words, std::shared_ptr<void> keeps, std::function<void()> meet,
                    chase_call call = launch_chase);

protected:
    void launch() override;
    void check() override;
    void meet() override;

private:
    chase_chain chain_;
    chase_words words_;
    std::shared_ptr<void> keeps_;
    std::function<void()> meet_;
    chase_call call_;
    std::uint64_t number_ = 0;  ///< of executions queued
};

/// A rank that has nothing to do but to be there: the other end of a chase.
class idle_operation final : public queued_operation {
public:
    idle_operation(std::unique_ptr<device_queue> queue, std::string_view name,
                   std::shared_ptr<void> keeps, std::function<void()> meet);

protected:
    void launch() override {}
    void meet() override;

private:
    std::shared_ptr<void> keeps_;
    std::function<void()> meet_;
};

/// kernel_launch and event_record: queued and waited for by the host, whose clock times it.
class launch_operation final : public operation {
public:
    launch_operation(std::unique_ptr<device_queue> queue, operation_kind kind);

    void execute() override;
    [[nodiscard]] std::string_view algorithm() const noexcept override {
        return event_ ? "library" : "sm";
    }

private:
    std::unique_ptr<device_queue> queue_;
    bool event_;
};

}  // namespace railgauge::cuda
