#include "harness/launch/owed_work.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace railgauge {
namespace {

constexpr std::chrono::nanoseconds shortest = std::chrono::milliseconds(1);

/// Of this thread: others may not touch what the work touches.
thread_local std::vector<owed_work*> all;

}  // namespace

owed_work::owed_work(std::function<void()> work) : work_(std::move(work)) {
    all.push_back(this);
}

owed_work::~owed_work() {
    std::erase(all, this);
}

void owed_work::run() {
    for (owed_work* const one : all) {
        one->work_();
    }
}

bool owed_work::any() noexcept {
    return !all.empty();
}

std::chrono::nanoseconds wait_slices::next() noexcept {
    last_ = owed_work::any() ? std::clamp(2 * last_, shortest, longest) : longest;
    return last_;
}

}  // namespace railgauge
