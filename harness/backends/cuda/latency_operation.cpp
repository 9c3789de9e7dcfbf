#include "harness/backends/cuda/latency_operation.hpp"

#include <fmt/format.h>

#include <utility>

#include "harness/backends/cuda_error.hpp"
#include "harness/base/error.hpp"

namespace railgauge::cuda {

chase_operation::chase_operation(std::unique_ptr<device_queue> queue, std::string_view name,
                                 chase_chain chain, chase_words words, std::shared_ptr<void> keeps,
                                 std::function<void()> meet, chase_call call)
    : queued_operation(std::move(queue), name, "sm"),
      chain_(std::move(chain)),
      words_(words),
      keeps_(std::move(keeps)),
      meet_(std::move(meet)),
      call_(call) {}

void chase_operation::launch() {
    check_cuda("launch of the chase's kernel",
               call_(chain_.begin(number_), chase_accesses, words_.on_device, queue().stream()));
    ++number_;
}

void chase_operation::check() {
    const std::uint64_t expected = chain_.end(number_ - 1);
    if (words_.on_host->end == expected) return;
    throw wrong_data_error(
        fmt::format("a chase through {} bytes came to address {:#x} where the chain leads to {:#x}",
                    chain_.bytes(), words_.on_host->end, expected));
}

void chase_operation::meet() {
    if (meet_) meet_();
}

idle_operation::idle_operation(std::unique_ptr<device_queue> queue, std::string_view name,
                               std::shared_ptr<void> keeps, std::function<void()> meet)
    : queued_operation(std::move(queue), name, "sm"),
      keeps_(std::move(keeps)),
      meet_(std::move(meet)) {}

void idle_operation::meet() {
    if (meet_) meet_();
}

launch_operation::launch_operation(std::unique_ptr<device_queue> queue, operation_kind kind)
    : queue_(std::move(queue)), event_(kind == operation_kind::event_record) {}

void launch_operation::execute() {
    if (event_) {
        queue_->mark_end();
    } else {
        check_cuda("launch of an empty kernel", launch_nothing(queue_->stream()));
    }
    while (!queue_->idle()) {
    }
}

}  // namespace railgauge::cuda
