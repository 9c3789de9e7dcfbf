#include "harness/backends/device_overlap.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/backends/device_choice.hpp"
#include "harness/base/error.hpp"

namespace railgauge {
namespace {

constexpr std::uint64_t calibration_ns = 5'000'000;
constexpr double first_margin_ns = 1e6;
constexpr double most_margin_ns = 100e6;
constexpr double slowdown_allowed = 3;  // the load covers samples that take so many times as long
constexpr std::chrono::seconds load_limit{60};

}  // namespace

overlapped_operation::overlapped_operation(std::unique_ptr<operation> inner,
                                           std::unique_ptr<device_load> load)
    : inner_(std::move(inner)), load_(std::move(load)), margin_ns_(first_margin_ns) {
    if (inner_->held() == nullptr) {
        throw capability_error(
            "beside a compute load only operations are measured whose work a device does");
    }
    for (int round = 0; round < 2; ++round) {  // the first one loads the kernel and wakes the clock
        load_->start(calibration_ns);
        wait_for_load();
    }
    const load_record alone = load_->taken();
    if (alone.busy_ns == 0 || alone.rounds == 0) {
        throw capability_error("the compute load did nothing in 5 ms: is the GPU in use?");
    }
    rounds_of_ns_ = static_cast<double>(alone.rounds) / static_cast<double>(alone.busy_ns);
}

void overlapped_operation::arm(std::uint32_t operations) {
    held_run& run = *inner_->held();
    if (alone_ns_ == 0) {
        run.arm(1);
        run.release();
        alone_ns_ = std::max(run.finish_ns(), 1.0);
    }
    limit_ns_ = static_cast<std::uint64_t>(margin_ns_ + slowdown_allowed * alone_ns_ * operations);
    load_->start(limit_ns_);
    run.arm(operations);
}

double overlapped_operation::finish_ns() {
    const double ns = inner_->held()->finish_ns();
    covered_ = load_->running_ns() < limit_ns_;
    wait_for_load();
    if (!covered_) {
        margin_ns_ = std::min(2 * margin_ns_ + ns, most_margin_ns);
        return ns;
    }
    const load_record beside = load_->taken();
    const auto busy = static_cast<double>(beside.busy_ns);
    // Blocks are busy for as long as each other, so the share of time is the same for all.
    const double share = std::min(1.0, ns / static_cast<double>(limit_ns_));
    if (busy > 0 && share > 0) {
        lost_.push_back((1 - static_cast<double>(beside.rounds) / (rounds_of_ns_ * busy)) / share);
    }
    return ns;
}

std::optional<double> overlapped_operation::load_lost_share() const {
    if (lost_.empty()) return std::nullopt;
    std::vector<double> sorted = lost_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle;
}

std::unique_ptr<operation> beside_load(std::unique_ptr<operation> made, int processors,
                                       std::span<const int> devices) {
    if (processors == 0) return made;
    std::unique_ptr<device_load> load;
    if (devices.size() < 2) {
        load = make_device_load(processors);
    } else {
        std::vector<std::unique_ptr<device_load>> loads;
        for (const int device : devices) {
            const device_scope here(device);
            loads.push_back(make_device_load(processors));
        }
        load = together(std::move(loads));
    }
    return std::make_unique<overlapped_operation>(std::move(made), std::move(load));
}

void overlapped_operation::wait_for_load() {
    const auto began = std::chrono::steady_clock::now();
    while (!load_->ended()) {
        if (std::chrono::steady_clock::now() - began < load_limit) continue;
        throw deadline_error("the compute load did not end within 60 s; nvidia-smi -q may say why");
    }
}

}  // namespace railgauge
