#include "harness/backends/nccl/nccl_operation.hpp"

#include <algorithm>
#include <utility>

namespace railgauge::nccl {

nccl_operation::nccl_operation(std::shared_ptr<nccl_session> session,
                               std::shared_ptr<device_queue> queue, nccl_plan plan,
                               operation_kind kind)
    : session_(std::move(session)),
      queue_(std::move(queue)),
      plan_(std::move(plan)),
      name_(name_of(kind)) {}

void nccl_operation::execute() {
    launch();
    session_->wait(name_.data(), [this] { return queue_->idle(); });
    executed_ = true;
}

void nccl_operation::arm(std::uint32_t operations) {
    if (!executed_) execute();
    queue_->hold();
    const auto launches = static_cast<std::uint32_t>(std::max<std::size_t>(1, plan_.groups.size()));
    const std::uint32_t now = std::min(operations, launches_behind_hold / launches);
    for (std::uint32_t i = 0; i < now; ++i) launch();
    left_ = operations - now;
    if (left_ == 0) queue_->mark_end();
    session_->wait("the hold of the stream", [this] { return queue_->holding(); });
}

void nccl_operation::release() noexcept {
    queue_->release();
}

double nccl_operation::finish_ns() {
    if (left_ > 0) {
        for (; left_ > 0; --left_) launch();
        queue_->mark_end();
    }
    session_->wait(name_.data(), [this] { return queue_->idle(); });
    return queue_->held_ns();
}

}  // namespace railgauge::nccl
