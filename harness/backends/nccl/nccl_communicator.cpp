#include "harness/backends/nccl/nccl_communicator.hpp"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/device_choice.hpp"
#include "harness/backends/device_memory.hpp"
#include "harness/backends/device_overlap.hpp"
#include "harness/backends/nccl/nccl_abilities.hpp"
#include "harness/backends/nccl/nccl_estimator.hpp"
#include "harness/backends/nccl/nccl_operation.hpp"
#include "harness/backends/nccl/nccl_registration.hpp"
#include "harness/backends/nccl/nccl_types.hpp"
#include "harness/backends/nccl/take_gpu.hpp"

namespace railgauge::nccl {
namespace {

/// Collective: the largest of all ranks' values.
double largest_of_all(world& group, double value) {
    std::int32_t owner = 0;
    group.reduce_max({&value, 1}, {&owner, 1});
    broadcast_value(group, value);
    return value;
}

/// Collective. Throws refused_by_all on every rank.
void require_own_gpus(world& group) {
    const gpu_seat mine = seat_of_gpu(group);
    std::vector<gpu_seat> all(group.rank() == 0 ? static_cast<std::size_t>(group.size()) : 0);
    group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
    std::string reason = why_shared(all);
    broadcast_string(group, reason);
    if (!reason.empty()) throw refused_by_all("nccl: " + reason);
}

class nccl_communicator final : public communicator {
public:
    nccl_communicator(world& group, const nccl_limits& limits, std::shared_ptr<nccl_session> split)
        : group_(group),
          limits_(limits),
          has_(agree_on_abilities(
              group, nccl(),
              {compute_capability(), device_attribute(cudaDevAttrMultiProcessorCount)})) {
        if (!shares_by_itself(has_.version)) require_own_gpus(group);
        desk_ = std::make_shared<verification_desk>();
        scratch_ = std::make_unique<device_memory>(desk_, most_streams * scratch_stride);
        queue_ = make_cuda_queue();
        sessions_.push_back(split != nullptr
                                ? std::move(split)
                                : std::make_shared<nccl_session>(group, nccl().calls, limits));
    }

    /// Those that were split off end first.
    ~nccl_communicator() override {
        estimator_.reset();
        while (!sessions_.empty()) sessions_.pop_back();
    }

    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return nccl_supports(spec, group_.size(), has_);
    }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind) const override {
        return {"library"};
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return std::make_unique<device_memory>(desk_, bytes);
    }
    [[nodiscard]] std::unique_ptr<memory> allocate_for(const operation_spec& spec, buffer_role role,
                                                       std::size_t bytes) override;
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override;
    [[nodiscard]] std::shared_ptr<nccl_session> origin() const {
        return has_.splits ? sessions_.front() : nullptr;
    }
    [[nodiscard]] std::int64_t init_ns() const noexcept override {
        return sessions_.front()->init_ns();
    }

private:
    static constexpr std::size_t scratch_stride = 256;

    /// Collective: so many communicators of the same ranks, one for each stream.
    std::span<const std::shared_ptr<nccl_session>> sessions_for(int streams);

    /// Collective. Of one stream, as if it were alone.
    std::optional<double> estimate_of(const nccl_plan& plan) {
        // A reduction with a factor belongs to the communicator that it was made for.
        if (!has_.estimates || plan.op >= ncclNumOps) return std::nullopt;
        if (estimator_ == nullptr) {
            estimator_ = std::make_unique<nccl_estimator>(sessions_.front(), group_.rank(), group_);
        }
        return estimator_->estimate_us(plan, queue_->stream(0));
    }

    world& group_;
    nccl_limits limits_;
    nccl_abilities has_;
    std::shared_ptr<verification_desk> desk_;
    std::unique_ptr<device_memory> scratch_;
    std::shared_ptr<device_queue> queue_;
    // These end before the streams and memory go.
    std::vector<std::shared_ptr<nccl_session>> sessions_;
    std::unique_ptr<nccl_estimator> estimator_;
};

std::span<const std::shared_ptr<nccl_session>> nccl_communicator::sessions_for(int streams) {
    while (static_cast<int>(sessions_.size()) < streams) {
        nccl_session& first = *sessions_.front();
        sessions_.push_back(
            has_.splits ? std::make_shared<nccl_session>(first, 0, group_.rank(), group_)
                        : std::make_shared<nccl_session>(group_, nccl().calls, limits_, &first));
    }
    return std::span(sessions_).first(static_cast<std::size_t>(streams));
}

std::unique_ptr<memory> nccl_communicator::allocate_for(const operation_spec& spec, buffer_role,
                                                        std::size_t bytes) {
    const device_manner& manner = spec.manner;
    if (manner.registration == registration_kind::none) return allocate(bytes);
    const auto sessions = sessions_for(manner.streams);
    std::size_t registered = bytes;
    if (manner.registration == registration_kind::window) {
        registered = static_cast<std::size_t>(largest_of_all(group_, static_cast<double>(bytes)));
    }
    registered_block made = allocate_registered(sessions, manner.registration, registered);
    auto memory = std::make_unique<device_memory>(desk_, bytes, std::move(made.block));
    if (largest_of_all(group_, made.taken ? 0 : 1) > 0) {
        throw refused_by_all(
            "ncclCommWindowRegister gave no window: NCCL has them where all ranks reach each "
            "other's memory, and where NCCL_WIN_ENABLE is not 0");
    }
    return memory;
}

std::unique_ptr<operation> nccl_communicator::prepare(const operation_spec& spec, memory& input,
                                                      memory& output) {
    if (const capability can = supports(spec); !can.supported) {
        throw capability_error(std::string(name_of(spec.kind)) + ": " + can.reason);
    }
    if (!input.on_device() || !output.on_device()) {
        throw capability_error(
            "nccl can only use buffers that its own communicator allocated: allocate them there");
    }
    const int rank = group_.rank();
    const int ranks = group_.size();
    const int streams = spec.manner.streams;
    const std::uint64_t element = size_of(spec.type);
    const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
    const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
    const auto sessions = sessions_for(streams);
    queue_->widen(streams);
    std::vector<nccl_lane> lanes;
    for (int stream = 0; stream < streams; ++stream) {
        const auto which = static_cast<std::size_t>(stream);
        const nccl_buffers at{
            .input = input.data() + (input_start(spec, stream, rank, ranks) + into) * element,
            .output = output.data() + (output_start(spec, stream, rank, ranks) + out_of) * element,
            .scratch = scratch_->data() + which * scratch_stride};
        nccl_lane lane{sessions[which],
                       make_plan(one_stream_of(spec), rank, ranks, at, has_.to_all_calls)};
        if (is_reducing(spec.kind) && spec.op == redop::mulsum) {
            lane.factor = std::make_shared<premultiplied_sum>(lane.session, spec.type);
            lane.plan.op = lane.factor->get();
        }
        lanes.push_back(std::move(lane));
    }
    const std::optional<double> estimate = estimate_of(lanes.front().plan);
    auto made = std::make_unique<nccl_operation>(std::move(lanes), queue_, spec.kind);
    made->set_estimate(estimate);
    made->make_ready(spec.manner.graph);
    return beside_load(std::move(made), spec.manner.load_processors);
}

}  // namespace

made_communicator make_nccl_communicator(world& group, std::shared_ptr<nccl_session> split,
                                         const nccl_limits& limits) {
    auto made = std::make_unique<nccl_communicator>(group, limits, std::move(split));
    std::shared_ptr<nccl_session> origin = made->origin();
    return {std::move(made), std::move(origin)};
}

}  // namespace railgauge::nccl
