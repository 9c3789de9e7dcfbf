#include "harness/backends/nccl/nccl_communicator.hpp"

#include <array>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/backends/device_memory.hpp"
#include "harness/backends/nccl/nccl_operation.hpp"
#include "harness/backends/nccl/nccl_types.hpp"
#include "harness/backends/nccl/take_gpu.hpp"
#include "harness/backends/unfit_error.hpp"

namespace railgauge::nccl {
namespace {

/// Collective: the least of all ranks.
nccl_abilities agree_on(world& group, int version) {
    std::array<double, 2> values{-static_cast<double>(version),
                                 -static_cast<double>(compute_capability())};
    std::array<std::int32_t, 2> owners{};
    group.reduce_max(values, owners);
    group.broadcast(std::as_writable_bytes(std::span(values)), 0);
    return {.version = -static_cast<int>(values[0]),
            .compute_capability = -static_cast<int>(values[1])};
}

/// From 2.30 on NCCL takes several ranks on one GPU, where it is told to.
bool shares_by_itself(const nccl_abilities& has) {
    const char* set = std::getenv("NCCL_MULTI_RANK_GPU_ENABLE");
    return has.version >= NCCL_VERSION(2, 30, 0) && set != nullptr && std::string_view(set) == "1";
}

/// Collective. Throws unfit_error on every rank.
void require_own_gpus(world& group) {
    const gpu_seat mine = seat_of_gpu(group);
    std::vector<gpu_seat> all(group.rank() == 0 ? static_cast<std::size_t>(group.size()) : 0);
    group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
    std::string reason = why_shared(all);
    broadcast_string(group, reason);
    if (!reason.empty()) throw unfit_error("nccl: " + reason);
}

class nccl_communicator final : public communicator {
public:
    nccl_communicator(world& group, const nccl_limits& limits)
        : rank_(group.rank()), ranks_(group.size()), has_(agree_on(group, nccl().version)) {
        if (!shares_by_itself(has_)) require_own_gpus(group);
        desk_ = std::make_shared<verification_desk>();
        scratch_ = std::make_unique<device_memory>(desk_, scratch_bytes);
        queue_ = make_cuda_queue();
        session_ = std::make_shared<nccl_session>(group, nccl().calls, limits);
    }

    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return nccl_supports(spec, ranks_, has_);
    }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind) const override {
        return {"library"};
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return std::make_unique<device_memory>(desk_, bytes);
    }
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override;
    [[nodiscard]] std::int64_t init_ns() const noexcept override { return session_->init_ns(); }

private:
    static constexpr std::size_t scratch_bytes = 4;

    int rank_;
    int ranks_;
    nccl_abilities has_;
    std::shared_ptr<verification_desk> desk_;
    std::unique_ptr<device_memory> scratch_;
    std::shared_ptr<device_queue> queue_;
    std::shared_ptr<nccl_session> session_;  // last: it ends before the stream and memory go
};

std::unique_ptr<operation> nccl_communicator::prepare(const operation_spec& spec, memory& input,
                                                      memory& output) {
    if (const capability can = supports(spec); !can.supported) {
        throw capability_error(std::string(name_of(spec.kind)) + ": " + can.reason);
    }
    if (!input.on_device() || !output.on_device()) {
        throw capability_error(
            "nccl can only use buffers that its own communicator allocated: allocate them there");
    }
    const std::uint64_t element = size_of(spec.type);
    const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank_) : 0;
    const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank_) : 0;
    nccl_plan plan = make_plan(spec, rank_, ranks_,
                               {.input = input.data() + into * element,
                                .output = output.data() + out_of * element,
                                .scratch = scratch_->data()});
    return std::make_unique<nccl_operation>(session_, queue_, std::move(plan), spec.kind);
}

}  // namespace

std::unique_ptr<communicator> make_nccl_communicator(world& group, const nccl_limits& limits) {
    return std::make_unique<nccl_communicator>(group, limits);
}

}  // namespace railgauge::nccl
