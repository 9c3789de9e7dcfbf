#include "harness/backends/cuda/queued_operation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/base/error.hpp"

namespace railgauge::cuda {

queued_operation::queued_operation(std::unique_ptr<device_queue> queue, std::string_view name,
                                   std::string algorithm)
    : queue_(std::move(queue)), name_(name), algorithm_(std::move(algorithm)) {}

void queued_operation::execute() {
    if (lanes() > 1) queue_->fork(lanes());
    launch();
    if (lanes() > 1) queue_->join(lanes());
    wait(name_.data(), [this] { return queue_->idle(); });
    check();
    meet();
    executed_ = true;
}

void queued_operation::arm(std::uint32_t operations) {
    if (!executed_) execute();
    queue_->hold();
    if (lanes() > 1) queue_->fork(lanes());
    const int each = launches();
    const std::uint32_t fitting =
        each == 0 ? 0 : static_cast<std::uint32_t>(std::max(1, launches_behind_hold / each));
    const std::uint32_t now = std::min(operations, fitting);
    for (std::uint32_t i = 0; i < now; ++i) launch();
    left_ = operations - now;
    if (left_ == 0) mark_end();
    wait("the hold of the stream", [this] { return queue_->holding(); });
}

void queued_operation::release() noexcept {
    queue_->release();
}

double queued_operation::finish_ns() {
    if (left_ > 0) {
        for (; left_ > 0; --left_) launch();
        mark_end();
    }
    wait(name_.data(), [this] { return queue_->idle(); });
    check();
    return queue_->held_ns();
}

void queued_operation::mark_end() {
    if (lanes() > 1) queue_->join(lanes());
    queue_->mark_end();
}

template <typename Done>
void queued_operation::wait(const char* what, const Done& done) {
    constexpr std::uint32_t between = 256;  // questions to the device for one to the clock
    const auto began = std::chrono::steady_clock::now();
    for (std::uint32_t asked = 1; !done(); ++asked) {
        if (asked % between != 0 || std::chrono::steady_clock::now() - began < limit_) continue;
        throw deadline_error(
            fmt::format("{} did not end on the GPU within {:g} s; dmesg and nvidia-smi -q may say "
                        "what ails it",
                        what, std::chrono::duration<double>(limit_).count()));
    }
}

}  // namespace railgauge::cuda
