#include "harness/backends/cuda/cuda_backend.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/backends/cuda/cuda_communicator.hpp"
#include "harness/backends/cuda/cuda_supports.hpp"
#include "harness/backends/cuda/peer_reach.hpp"
#include "harness/backends/device_choice.hpp"
#include "harness/backends/device_driver.hpp"
#include "harness/backends/refusing_communicator.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {
namespace {

class cuda_backend final : public backend {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "cuda"; }

    [[nodiscard]] std::string_view description() const noexcept override {
        return "copies of GPUs, by copy engines and by multiprocessors, and their latencies";
    }

    [[nodiscard]] std::string version() const override { return probe().version; }

    [[nodiscard]] availability available() const override {
        return {.available = probe().failure.empty(), .reason = probe().failure};
    }

    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override {
        return cuda::cuda_algorithms(kind);
    }

    [[nodiscard]] int most_local_ranks() const override {
        return shares_gpu() ? 0 : ranks_on(probe().devices, gpus_per_rank_);
    }

    /// Its points are skipped then, and its device is that of the backend that measures.
    void set_gpus_per_rank(int gpus) override { gpus_per_rank_ = gpus; }

    [[nodiscard]] std::string why_never(const operation_spec& spec) const override {
        return cuda::why_never_so(spec.manner);
    }

    [[nodiscard]] memory_kind own_memory() const noexcept override { return memory_kind::cuda; }

    void join(const world& job) override { job_ = &job; }

    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
        static_cast<void>(probe());  // while a child can still be asked
        // With more ranks than GPUs, the other backends' points are measured all the same.
        if (std::string reason = why_without_gpu(group); !reason.empty()) {
            return std::make_unique<refusing_communicator>(std::move(reason));
        }
        return cuda::make_cuda_communicator(group);
    }

private:
    /// Collective: the first rank's reason that got no GPU; empty: all have one.
    std::string why_without_gpu(world& group) const {
        struct text {
            char words[256] = {};
        } mine;
        try {
            choose_device(job_ != nullptr ? *job_ : group, gpus_per_rank_);
        } catch (const error& failure) {
            std::string_view(failure.what()).copy(mine.words, sizeof mine.words - 1);
        }
        const auto all = cuda::gather_to_all(group, mine);
        const auto found = std::ranges::find_if(all, [](const text& each) { return *each.words; });
        return found == all.end() ? std::string() : std::string(found->words);
    }

    const device_probe& probe() const {
        if (!probe_) {
            probe_ = probe_from(ask_about_gpu([] { return probe_text(require_gpu()); }));
        }
        return *probe_;
    }

    mutable std::optional<device_probe> probe_;
    const world* job_ = nullptr;
    int gpus_per_rank_ = 1;
};

}  // namespace

std::unique_ptr<backend> make_cuda_backend() {
    return std::make_unique<cuda_backend>();
}

}  // namespace railgauge
