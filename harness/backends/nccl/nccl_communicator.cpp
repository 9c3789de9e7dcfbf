#include "harness/backends/nccl/nccl_communicator.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/cuda_error.hpp"
#include "harness/backends/device_choice.hpp"
#include "harness/backends/device_memory.hpp"
#include "harness/backends/device_overlap.hpp"
#include "harness/backends/nccl/nccl_abilities.hpp"
#include "harness/backends/nccl/nccl_estimator.hpp"
#include "harness/backends/nccl/nccl_operation.hpp"
#include "harness/backends/nccl/nccl_registration.hpp"
#include "harness/backends/nccl/nccl_types.hpp"
#include "harness/backends/nccl/take_gpu.hpp"
#include "harness/backends/parted_memory.hpp"

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
void require_own_gpus(world& group, const std::vector<int>& devices) {
    std::vector<gpu_seat> mine;
    for (const int device : devices) {
        const device_scope here(device);
        mine.push_back(seat_of_gpu(group));
    }
    std::vector<gpu_seat> all(
        group.rank() == 0 ? static_cast<std::size_t>(group.size()) * mine.size() : 0);
    group.gather(std::as_bytes(std::span(mine)), std::as_writable_bytes(std::span(all)), 0);
    std::string reason = why_shared(all, static_cast<int>(devices.size()));
    broadcast_string(group, reason);
    if (!reason.empty()) throw refused_by_all("nccl: " + reason);
}

/// The least of the devices.
gpu_traits traits_of(const std::vector<int>& devices) {
    gpu_traits least;
    for (const int device : devices) {
        const device_scope here(device);
        const gpu_traits own{compute_capability(),
                             device_attribute(cudaDevAttrMultiProcessorCount)};
        const bool first = device == devices.front();
        least.compute_capability = first
                                       ? own.compute_capability
                                       : std::min(least.compute_capability, own.compute_capability);
        least.processors = first ? own.processors : std::min(least.processors, own.processors);
    }
    least.gpus_per_rank = static_cast<int>(devices.size());
    return least;
}

process_gpus gpus_of(const std::vector<int>& devices) {
    return {.count = static_cast<int>(devices.size()), .enter = [devices](int gpu) {
                check_cuda("cudaSetDevice",
                           cudaSetDevice(devices.at(static_cast<std::size_t>(gpu))));
            }};
}

/// What this process has on one of its GPUs.
struct own_gpu {
    std::shared_ptr<verification_desk> desk;
    std::unique_ptr<device_memory> scratch;
};

class nccl_communicator final : public communicator {
public:
    nccl_communicator(world& group, std::vector<int> devices, const nccl_limits& limits,
                      std::shared_ptr<nccl_session> split)
        : group_(group),
          devices_(std::move(devices)),
          limits_(limits),
          has_(agree_on_abilities(group, nccl(), traits_of(devices_))) {
        if (!shares_by_itself(has_.version)) require_own_gpus(group, devices_);
        for (const int device : devices_) {
            const device_scope here(device);
            own_gpu& made = gpus_.emplace_back();
            made.desk = std::make_shared<verification_desk>();
            made.scratch =
                std::make_unique<device_memory>(made.desk, most_streams * scratch_stride);
            queues_.push_back(make_cuda_queue());
        }
        sessions_.push_back(split != nullptr
                                ? std::move(split)
                                : std::make_shared<nccl_session>(group, nccl().calls, limits,
                                                                 nullptr, gpus_of(devices_)));
    }

    /// Those that were split off end first.
    ~nccl_communicator() override {
        estimator_.reset();
        while (!sessions_.empty()) sessions_.pop_back();
    }

    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return nccl_supports(spec, ranks(), has_);
    }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind) const override {
        return {"library"};
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return allocate_on_each(std::vector<std::size_t>(gpus_.size(), bytes));
    }
    [[nodiscard]] std::unique_ptr<memory> allocate_for(const operation_spec& spec, buffer_role role,
                                                       std::size_t bytes) override;
    [[nodiscard]] std::unique_ptr<memory> allocate_parts(
        const operation_spec& spec, buffer_role role, std::span<const std::size_t> bytes) override {
        return gpus_.size() == 1 ? allocate_for(spec, role, bytes.front())
                                 : allocate_on_each(bytes);
    }
    [[nodiscard]] int ranks_here() const noexcept override {
        return static_cast<int>(gpus_.size());
    }
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

    [[nodiscard]] int ranks() const noexcept { return group_.size() * ranks_here(); }
    [[nodiscard]] std::unique_ptr<memory> allocate_on_each(
        std::span<const std::size_t> bytes) const;
    /// Of one GPU, in one stream.
    [[nodiscard]] nccl_plan plan_on(std::size_t gpu, int stream, const operation_spec& spec,
                                    memory& input, memory& output) const;
    /// Of one stream, on all GPUs.
    [[nodiscard]] nccl_lane lane_of(int stream, const std::shared_ptr<nccl_session>& session,
                                    const operation_spec& spec, memory& input,
                                    memory& output) const;

    /// Collective: so many communicators of the same ranks, one for each stream.
    std::span<const std::shared_ptr<nccl_session>> sessions_for(int streams);

    /// Collective. Of one stream, as if it were alone.
    std::optional<double> estimate_of(const nccl_plan& plan) {
        // A reduction with a factor belongs to the communicator that it was made for.
        if (!has_.estimates || plan.op >= ncclNumOps) return std::nullopt;
        if (estimator_ == nullptr) {
            estimator_ = std::make_unique<nccl_estimator>(sessions_.front(), group_.rank(), group_);
        }
        return estimator_->estimate_us(plan, queues_.front()->stream(0));
    }

    world& group_;
    std::vector<int> devices_;
    nccl_limits limits_;
    nccl_abilities has_;
    std::vector<own_gpu> gpus_;
    std::vector<std::shared_ptr<device_queue>> queues_;  ///< by GPU
    // These end before the streams and memory go.
    std::vector<std::shared_ptr<nccl_session>> sessions_;
    std::unique_ptr<nccl_estimator> estimator_;
};

std::span<const std::shared_ptr<nccl_session>> nccl_communicator::sessions_for(int streams) {
    while (static_cast<int>(sessions_.size()) < streams) {
        nccl_session& first = *sessions_.front();
        sessions_.push_back(has_.splits
                                ? std::make_shared<nccl_session>(first, 0, group_.rank(), group_)
                                : std::make_shared<nccl_session>(group_, nccl().calls, limits_,
                                                                 &first, gpus_of(devices_)));
    }
    return std::span(sessions_).first(static_cast<std::size_t>(streams));
}

std::unique_ptr<memory> nccl_communicator::allocate_for(const operation_spec& spec, buffer_role,
                                                        std::size_t bytes) {
    const device_manner& manner = spec.manner;
    if (manner.registration == registration_kind::none) {
        return std::make_unique<device_memory>(gpus_.front().desk, bytes);
    }
    const auto sessions = sessions_for(manner.streams);
    std::size_t registered = bytes;
    if (manner.registration == registration_kind::window) {
        registered = static_cast<std::size_t>(largest_of_all(group_, static_cast<double>(bytes)));
    }
    registered_block made = allocate_registered(sessions, manner.registration, registered);
    auto memory = std::make_unique<device_memory>(gpus_.front().desk, bytes, std::move(made.block));
    if (largest_of_all(group_, made.taken ? 0 : 1) > 0) {
        throw refused_by_all(
            "ncclCommWindowRegister gave no window: NCCL has them where all ranks reach each "
            "other's memory, and where NCCL_WIN_ENABLE is not 0");
    }
    return memory;
}

std::unique_ptr<memory> nccl_communicator::allocate_on_each(
    std::span<const std::size_t> bytes) const {
    std::vector<std::unique_ptr<memory>> parts;
    for (std::size_t gpu = 0; gpu < gpus_.size(); ++gpu) {
        parts.push_back(std::make_unique<device_memory>(gpus_[gpu].desk, bytes[gpu]));
    }
    if (parts.size() == 1) return std::move(parts.front());
    return std::make_unique<parted_memory>(std::move(parts));
}

nccl_plan nccl_communicator::plan_on(std::size_t gpu, int stream, const operation_spec& spec,
                                     memory& input, memory& output) const {
    const int rank = group_.rank() * ranks_here() + static_cast<int>(gpu);
    const std::uint64_t element = size_of(spec.type);
    const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
    const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
    const std::uint64_t from = input_start(spec, stream, rank, ranks()) + into;
    const std::uint64_t to = output_start(spec, stream, rank, ranks()) + out_of;
    const nccl_buffers at{
        .input = input.part(static_cast<int>(gpu)).data() + from * element,
        .output = output.part(static_cast<int>(gpu)).data() + to * element,
        .scratch = gpus_[gpu].scratch->data() + static_cast<std::size_t>(stream) * scratch_stride};
    return make_plan(one_stream_of(spec), rank, ranks(), at, has_.to_all_calls);
}

nccl_lane nccl_communicator::lane_of(int stream, const std::shared_ptr<nccl_session>& session,
                                     const operation_spec& spec, memory& input,
                                     memory& output) const {
    nccl_lane lane{.session = session, .plans = {}};
    for (std::size_t gpu = 0; gpu < gpus_.size(); ++gpu) {
        lane.plans.push_back(plan_on(gpu, stream, spec, input, output));
        if (!is_reducing(spec.kind) || spec.op != redop::mulsum) continue;
        lane.factors.push_back(std::make_shared<premultiplied_sum>(session, spec.type, gpu));
        lane.plans.back().op = lane.factors.back()->get();
    }
    return lane;
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
    const int streams = spec.manner.streams;
    const auto sessions = sessions_for(streams);
    for (const auto& queue : queues_) queue->widen(streams);
    std::vector<nccl_lane> lanes;
    for (int stream = 0; stream < streams; ++stream) {
        lanes.push_back(
            lane_of(stream, sessions[static_cast<std::size_t>(stream)], spec, input, output));
    }
    const std::optional<double> estimate = estimate_of(lanes.front().plans.front());
    auto made = std::make_unique<nccl_operation>(std::move(lanes), queues_, spec.kind);
    made->set_estimate(estimate);
    made->make_ready(spec.manner.graph);
    return beside_load(std::move(made), spec.manner.load_processors, devices_);
}

}  // namespace

made_communicator make_nccl_communicator(world& group, std::vector<int> devices,
                                         std::shared_ptr<nccl_session> split,
                                         const nccl_limits& limits) {
    auto made =
        std::make_unique<nccl_communicator>(group, std::move(devices), limits, std::move(split));
    std::shared_ptr<nccl_session> origin = made->origin();
    return {std::move(made), std::move(origin)};
}

}  // namespace railgauge::nccl
