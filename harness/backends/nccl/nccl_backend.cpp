#include "harness/backends/nccl/nccl_backend.hpp"

#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/launch/world.hpp"
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/device_choice.hpp"
#include "harness/backends/device_driver.hpp"
#include "harness/backends/nccl/ask_nccl.hpp"
#include "harness/backends/nccl/nccl_communicator.hpp"
#include "harness/backends/nccl/nccl_features.hpp"
#include "harness/backends/nccl/nccl_splits.hpp"
#include "harness/backends/nccl/nccl_types.hpp"
#include "harness/backends/nccl/take_gpu.hpp"
#endif

namespace railgauge {
namespace {

#ifndef RAILGAUGE_HAS_NCCL
constexpr const char* not_built =
    "CUDA or nccl.h was not found when railgauge was built: install the CUDA toolkit and NCCL 2.27 "
    "or newer with its header (libnccl-dev) and build again";
#endif

#ifdef RAILGAUGE_HAS_NCCL

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
        return shares_gpu() ? 0 : ranks_on(probe().devices, gpus_per_rank_);
    }

    [[nodiscard]] std::string unfit_for(const world& group) const override {
        const world& job = job_ != nullptr ? *job_ : group;
        try {
            static_cast<void>(
                choose_gpus(job.local_rank(), probe().devices, shares_gpu(), gpus_per_rank_));
        } catch (const capability_error& unfit) {
            return unfit.what();
        }
        return {};
    }

    void set_deadlines(std::chrono::nanoseconds step, std::chrono::nanoseconds start) override {
        limits_ = nccl::limits_for(step, start);
    }

    void set_gpus_per_rank(int gpus) override { gpus_per_rank_ = gpus; }

    [[nodiscard]] std::string why_never(const operation_spec& spec) const override {
        return nccl::why_never_so(spec.manner);
    }

    [[nodiscard]] memory_kind own_memory() const noexcept override { return memory_kind::cuda; }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override {
        if (is_device_kind(kind)) return {};
        return {"library"};
    }

    [[nodiscard]] std::vector<feature> features() const override {
        const child_answer said = ask_about_gpu(nccl::features_for_child);
        return said.failure.empty() ? nccl::features_from(said.text) : std::vector<feature>{};
    }

    void join(const world& job) override { job_ = &job; }

    void split(world& job, int color, int key, const world* group) override {
        splits_.split(job, color, key, group);
    }

    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
        if (devices_.empty()) {
            static_cast<void>(probe());  // while a child can still be asked
            devices_ = nccl::take_gpus(job_ != nullptr ? *job_ : group, gpus_per_rank_);
        }
        nccl::made_communicator made =
            nccl::make_nccl_communicator(group, devices_, splits_.take(group), limits_);
        if (&group == job_) splits_.offer(made.origin);
        return std::move(made.ranks);
    }

private:
    const device_probe& probe() const {
        if (!probe_) probe_ = probe_from(ask_about_gpu(nccl::probe_for_child));
        return *probe_;
    }

    mutable std::optional<device_probe> probe_;
    nccl::nccl_limits limits_;
    const world* job_ = nullptr;
    nccl::nccl_splits splits_;
    int gpus_per_rank_ = 1;
    std::vector<int> devices_;  ///< of this process, once it has taken them
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
        return {.available = false, .reason = not_built};
    }
    [[nodiscard]] std::string why_never(const operation_spec&) const override { return not_built; }
    [[nodiscard]] memory_kind own_memory() const noexcept override { return memory_kind::cuda; }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override {
        if (is_device_kind(kind)) return {};
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

std::string why_not_nccl() {
#ifdef RAILGAUGE_HAS_NCCL
    return ask_about_gpu(nccl::version_for_child).failure;
#else
    return not_built;
#endif
}

void set_nccl_library(const std::string& path) {
    if (path.empty()) throw usage_error("--nccl-library: the path is empty");
    ::setenv("RAILGAUGE_NCCL_LIBRARY", path.c_str(), 1);
}

}  // namespace railgauge
