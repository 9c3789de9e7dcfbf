#include "harness/backends/device_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/backends/cuda_error.hpp"
#include "harness/backends/device_choice.hpp"
#include "harness/backends/device_queue.hpp"

namespace railgauge {
namespace {

using steady = std::chrono::steady_clock;

class cuda_load final : public device_load {
public:
    explicit cuda_load(int processors)
        : processors_(static_cast<unsigned>(processors)), queue_(make_cuda_queue()) {
        void* at = nullptr;
        check_cuda("cudaMalloc", cudaMalloc(&at, sizeof *record_));
        record_ = static_cast<load_record*>(at);
    }
    ~cuda_load() override { static_cast<void>(cudaFree(record_)); }

    void start(std::uint64_t limit_ns) override {
        const device_scope here(device_);
        began_ = steady::now();
        check_cuda("launch of the compute load",
                   launch_load({.processors = processors_, .limit_ns = limit_ns}, record_,
                               queue_->stream()));
    }
    [[nodiscard]] bool ended() override { return queue_->idle(); }
    [[nodiscard]] load_record taken() override {
        load_record told;
        check_cuda("cudaMemcpyAsync", cudaMemcpyAsync(&told, record_, sizeof told,
                                                      cudaMemcpyDeviceToHost, queue_->stream()));
        check_cuda("cudaStreamSynchronize", cudaStreamSynchronize(queue_->stream()));
        return told;
    }
    [[nodiscard]] std::uint64_t running_ns() const override {
        return static_cast<std::uint64_t>(std::chrono::nanoseconds(steady::now() - began_).count());
    }

private:
    int device_ = current_device();
    unsigned processors_;
    std::unique_ptr<device_queue> queue_;
    load_record* record_ = nullptr;
    steady::time_point began_;
};

class loads_together final : public device_load {
public:
    explicit loads_together(std::vector<std::unique_ptr<device_load>> loads)
        : loads_(std::move(loads)) {}

    void start(std::uint64_t limit_ns) override {
        for (const auto& each : loads_) each->start(limit_ns);
    }
    [[nodiscard]] bool ended() override {
        return std::ranges::all_of(loads_, [](const auto& each) { return each->ended(); });
    }
    [[nodiscard]] load_record taken() override {
        load_record sum;
        for (const auto& each : loads_) {
            const load_record one = each->taken();
            sum.rounds += one.rounds;
            sum.busy_ns += one.busy_ns;
        }
        return sum;
    }
    [[nodiscard]] std::uint64_t running_ns() const override {
        std::uint64_t longest = 0;
        for (const auto& each : loads_) longest = std::max(longest, each->running_ns());
        return longest;
    }

private:
    std::vector<std::unique_ptr<device_load>> loads_;
};

}  // namespace

std::unique_ptr<device_load> together(std::vector<std::unique_ptr<device_load>> loads) {
    return std::make_unique<loads_together>(std::move(loads));
}

std::string why_no_load(int asked, int processors) {
    if (asked < 0) return "a load takes 0 multiprocessors or more";
    if (processors == 0 || asked <= processors) return {};
    return fmt::format(
        "a load of {} multiprocessors does not fit on a GPU that has {}: --load {} "
        "at most",
        asked, processors, processors);
}

std::unique_ptr<device_load> make_device_load(int processors) {
    return std::make_unique<cuda_load>(processors);
}

}  // namespace railgauge
