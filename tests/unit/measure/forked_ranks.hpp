// Ranks for tests of the measure room: forked ones, and a page in which they leave what they found,
// because an expectation that fails in a forked process would be lost.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <type_traits>

#include "harness/backends/backend.hpp"
#include "harness/base/clock.hpp"
#include "harness/base/shared_segment.hpp"
#include "harness/launch/forked.hpp"

namespace railgauge::testing_doubles {

/// A value that the test and the ranks forked after it share.
template <typename Value>
class shared_value {
    static_assert(std::is_trivially_copyable_v<Value>);

public:
    shared_value() : segment_(shared_segment::create("railgauge-test", sizeof(Value))) {
        value_ = new (segment_.data()) Value{};
    }
    Value* operator->() const noexcept { return value_; }
    Value& operator*() const noexcept { return *value_; }

private:
    shared_segment segment_;
    Value* value_ = nullptr;
};

/// Runs `body` on every rank and expects that all of them come through it.
inline void run_ranks(int ranks, const std::function<void(world&)>& body) {
    forked_options options;
    options.ranks = ranks;
    options.limits.step = std::chrono::seconds(60);  // other programs may hold the cores
    const forked_result result = run_forked(options, [&](world& group) {
        body(group);
        return exit_status::fine;
    });
    ASSERT_FALSE(result.ended_by) << result.ended_by->text;
    ASSERT_EQ(result.status, exit_status::fine);
}

inline void spin(std::uint64_t ticks) {
    const std::uint64_t end = clock_now() + ticks;
    while (clock_now() < end) {
    }
}

/// As `spin`, but leaves the core to others meanwhile.
inline void doze(std::uint64_t ticks) {
    const std::uint64_t end = clock_now() + ticks;
    while (clock_now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

/// Takes a fixed number of ticks at least, and counts how often it was executed.
class spinning_operation final : public operation {
public:
    explicit spinning_operation(std::uint64_t ticks) : ticks_(ticks) {}
    void execute() override {
        ++executions_;
        spin(ticks_);
    }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "spin"; }
    [[nodiscard]] std::uint64_t executions() const noexcept { return executions_; }

private:
    std::uint64_t ticks_;
    std::uint64_t executions_ = 0;
};

/// Does what the test says.
class told_operation final : public operation {
public:
    explicit told_operation(std::function<void()> what) : what_(std::move(what)) {}
    void execute() override { what_(); }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "told"; }
    [[nodiscard]] int channels() const noexcept override { return 3; }
    [[nodiscard]] std::optional<double> library_estimate_us() const noexcept override {
        return 1.5;
    }

private:
    std::function<void()> what_;
};

/// Timed by a device; its load does not last for what the test says.
class loaded_operation final : public operation, public held_run {
public:
    explicit loaded_operation(std::function<bool(int)> covered) : covered_(std::move(covered)) {}
    void execute() override {}
    [[nodiscard]] held_run* held() noexcept override { return this; }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "loaded"; }
    void arm(std::uint32_t) override {}
    void release() noexcept override {}
    [[nodiscard]] double finish_ns() override {
        ++sample_;
        return 1000;
    }
    [[nodiscard]] std::optional<bool> load_covered() const noexcept override {
        return covered_(sample_);
    }

private:
    std::function<bool(int)> covered_;
    int sample_ = -1;
};

/// Memory of this process alone.
class plain_memory final : public memory {
public:
    explicit plain_memory(std::size_t bytes)
        : bytes_(bytes), data_(new (std::align_val_t{64}) std::byte[bytes + 1]{}) {}
    ~plain_memory() override { ::operator delete[](data_, std::align_val_t{64}); }
    [[nodiscard]] std::byte* data() noexcept override { return data_; }
    [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }

private:
    std::size_t bytes_;
    std::byte* data_;
};

}  // namespace railgauge::testing_doubles
