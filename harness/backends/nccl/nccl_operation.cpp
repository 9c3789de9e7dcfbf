#include "harness/backends/nccl/nccl_operation.hpp"

#include <algorithm>
#include <utility>

#include "harness/backends/cuda_error.hpp"
#include "harness/backends/nccl/nccl_profiler.hpp"
#include "harness/base/error.hpp"

namespace railgauge::nccl {

nccl_operation::nccl_operation(std::vector<nccl_lane> lanes,
                               std::vector<std::shared_ptr<device_queue>> queues,
                               operation_kind kind)
    : lanes_(std::move(lanes)), queues_(std::move(queues)), name_(name_of(kind)) {
    int which = 0;
    for (nccl_lane& lane : lanes_) {
        for (const auto& queue : queues_) lane.streams.push_back(queue->stream(which));
        ++which;
    }
}

void nccl_operation::make_ready(bool as_graph) {
    profiler_watch watch;
    execute();
    const seen_work seen = watch.end();
    if (!seen.algorithm.empty()) algorithm_ = seen.algorithm;
    protocol_ = seen.protocol;
    channels_ = seen.channels;
    if (!as_graph) return;
    try {
        // With several GPUs nccl_supports has no graphs.
        graph_ = queues_.front()->capture([this] {
            begin();
            launch();
            end();
        });
    } catch (const cuda_error& failure) {
        throw capability_error(std::string(name_) +
                               " cannot be captured as a CUDA graph: " + failure.what());
    }
}

void nccl_operation::execute() {
    begin();
    launch();
    end();
    wait_for_end();
}

void nccl_operation::arm(std::uint32_t operations) {
    for (const auto& queue : queues_) queue->hold();
    begin();
    const std::uint32_t now = std::min(operations, launches_behind_hold / launches());
    for (std::uint32_t i = 0; i < now; ++i) launch();
    left_ = operations - now;
    if (left_ == 0) mark_end();
    lanes_.front().session->wait("the hold of the stream", [this] {
        return std::ranges::all_of(queues_, [](const auto& queue) { return queue->holding(); });
    });
}

void nccl_operation::release() noexcept {
    for (const auto& queue : queues_) queue->release();
}

double nccl_operation::finish_ns() {
    if (left_ > 0) {
        for (; left_ > 0; --left_) launch();
        mark_end();
    }
    wait_for_end();
    double longest = 0;
    for (const auto& queue : queues_) longest = std::max(longest, queue->held_ns());
    return longest;
}

std::uint32_t nccl_operation::launches() const noexcept {
    if (graph_ != nullptr) return 1;
    std::size_t groups = 1;
    for (const nccl_plan& plan : lanes_.front().plans)
        groups = std::max(groups, plan.groups.size());
    return static_cast<std::uint32_t>(groups);
}

void nccl_operation::launch() {
    if (graph_ != nullptr) return graph_->launch();
    for (const nccl_lane& lane : lanes_) lane.session->launch(lane.plans, lane.streams);
}

// A graph has its own fork and join in it.
void nccl_operation::begin() {
    if (graph_ != nullptr || streams() == 1) return;
    for (const auto& queue : queues_) queue->fork(streams());
}

void nccl_operation::end() {
    if (graph_ != nullptr || streams() == 1) return;
    for (const auto& queue : queues_) queue->join(streams());
}

void nccl_operation::mark_end() {
    end();
    for (const auto& queue : queues_) queue->mark_end();
}

void nccl_operation::wait_for_end() {
    lanes_.front().session->wait(name_.data(), [this] {
        return std::ranges::all_of(queues_, [](const auto& queue) { return queue->idle(); });
    });
}

}  // namespace railgauge::nccl
