#include "harness/backends/nccl/nccl_operation.hpp"

#include <algorithm>
#include <utility>

#include "harness/backends/cuda_error.hpp"
#include "harness/backends/nccl/nccl_profiler.hpp"
#include "harness/base/error.hpp"

namespace railgauge::nccl {

nccl_operation::nccl_operation(std::vector<nccl_lane> lanes, std::shared_ptr<device_queue> queue,
                               operation_kind kind)
    : lanes_(std::move(lanes)), queue_(std::move(queue)), name_(name_of(kind)) {}

void nccl_operation::make_ready(bool as_graph) {
    profiler_watch watch;
    execute();
    const seen_work seen = watch.end();
    if (!seen.algorithm.empty()) algorithm_ = seen.algorithm;
    protocol_ = seen.protocol;
    channels_ = seen.channels;
    if (!as_graph) return;
    try {
        graph_ = queue_->capture([this] {
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
    queue_->hold();
    begin();
    const std::uint32_t now = std::min(operations, launches_behind_hold / launches());
    for (std::uint32_t i = 0; i < now; ++i) launch();
    left_ = operations - now;
    if (left_ == 0) {
        end();
        queue_->mark_end();
    }
    lanes_.front().session->wait("the hold of the stream", [this] { return queue_->holding(); });
}

void nccl_operation::release() noexcept {
    queue_->release();
}

double nccl_operation::finish_ns() {
    if (left_ > 0) {
        for (; left_ > 0; --left_) launch();
        end();
        queue_->mark_end();
    }
    wait_for_end();
    return queue_->held_ns();
}

std::uint32_t nccl_operation::launches() const noexcept {
    if (graph_ != nullptr) return 1;
    const std::size_t groups = lanes_.front().plan.groups.size();
    return static_cast<std::uint32_t>(std::max<std::size_t>(1, groups));
}

void nccl_operation::launch() {
    if (graph_ != nullptr) return graph_->launch();
    int which = 0;
    for (const nccl_lane& lane : lanes_) lane.session->launch(lane.plan, queue_->stream(which++));
}

// A graph has its own fork and join in it.
void nccl_operation::begin() {
    if (graph_ == nullptr && streams() > 1) queue_->fork(streams());
}

void nccl_operation::end() {
    if (graph_ == nullptr && streams() > 1) queue_->join(streams());
}

void nccl_operation::wait_for_end() {
    lanes_.front().session->wait(name_.data(), [this] { return queue_->idle(); });
}

}  // namespace railgauge::nccl
