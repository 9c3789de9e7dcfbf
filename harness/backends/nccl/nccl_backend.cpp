#include "harness/backends/nccl/nccl_backend.hpp"

#include <chrono>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/launch/child_answer.hpp"
#include "harness/launch/world.hpp"
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/ask_nccl.hpp"
#include "harness/backends/nccl/nccl_communicator.hpp"
#include "harness/backends/nccl/nccl_seats.hpp"
#include "harness/backends/nccl/take_gpu.hpp"
#endif

namespace railgauge {
namespace {

#ifdef RAILGAUGE_HAS_NCCL

/// The driver wakes all GPUs of a host when they sleep, which takes seconds for each.
constexpr std::chrono::seconds probe_limit{60};

class nccl_backend final : public backend {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "nccl"; }

    [[nodiscard]] std::string_view description() const noexcept override {
        return "NCCL's collectives and its sends and receives between GPUs";
    }

    [[nodiscard]] std::string version() const override { return probe().version; }

    [[nodiscard]] availability available() const override {
        return {.available = probe().failure.empty(), .reason = probe().failure};
    }

    [[nodiscard]] int most_local_ranks() const override {
        return nccl::shares_gpu() ? 0 : probe().devices;
    }

    [[nodiscard]] std::string unfit_for(const world& group) const override {
        const world& job = job_ != nullptr ? *job_ : group;
        try {
            static_cast<void>(
                nccl::choose_gpu(job.local_rank(), probe().devices, nccl::shares_gpu()));
        } catch (const capability_error& unfit) {
            return unfit.what();
        }
        return {};
    }

    void set_deadlines(std::chrono::nanoseconds step, std::chrono::nanoseconds start) override {
        limits_ = nccl::limits_for(step, start);
    }

    [[nodiscard]] memory_kind own_memory() const noexcept override { return memory_kind::cuda; }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind) const override {
        return {"library"};
    }

    void join(const world& job) override { job_ = &job; }

    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
        if (!has_gpu_) {
            static_cast<void>(probe());  // while a child can still be asked
            nccl::take_gpu(job_ != nullptr ? *job_ : group);
            has_gpu_ = true;
        }
        return nccl::make_nccl_communicator(group, limits_);
    }

private:
    const nccl::nccl_probe& probe() const {
        if (!probe_) {
            const child_answer answer = ask_in_child(nccl::probe_for_child, probe_limit);
            probe_ = nccl::probe_from(answer.text);
            probe_->failure = answer.failure;
        }
        return *probe_;
    }

    mutable std::optional<nccl::nccl_probe> probe_;
    nccl::nccl_limits limits_;
    const world* job_ = nullptr;
    bool has_gpu_ = false;
};

#else

class nccl_backend final : public backend {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "nccl"; }
    [[nodiscard]] std::string_view description() const noexcept override {
        return "NCCL's collectives and its sends and receives between GPUs";
    }
    [[nodiscard]] std::string version() const override { return {}; }
    [[nodiscard]] availability available() const override {
        return {.available = false,
                .reason =
                    "CUDA or nccl.h was not found when railgauge was built: install the CUDA "
                    "toolkit and NCCL 2.27 or newer with its header (libnccl-dev) and build again"};
    }
    [[nodiscard]] memory_kind own_memory() const noexcept override { return memory_kind::cuda; }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind) const override {
        return {"library"};
    }
    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world&) override {
        throw capability_error("nccl: " + available().reason);
    }
};

#endif

}  // namespace

std::unique_ptr<backend> make_nccl_backend() {
    return std::make_unique<nccl_backend>();
}

}  // namespace railgauge
