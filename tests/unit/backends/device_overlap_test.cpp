// An operation beside a compute load, both pretended.
#ifdef RAILGAUGE_HAS_CUDA
#include "harness/backends/device_overlap.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using ::testing::ElementsAre;

/// What happened, and what is pretended.
struct scene {
    std::vector<std::string> log;
    double sample_ns = 1e6;
    double lost_beside = 0;          ///< share of the load's speed while the operation runs
    std::uint64_t late_ns = 10'000;  ///< from the load's start to the operation's end, beside it
    std::uint64_t limit_ns = 0;
    bool armed_beside = false;
    bool does_nothing = false;
};

class pretended_load final : public device_load {
public:
    explicit pretended_load(scene& of) : scene_(of) {}
    void start(std::uint64_t limit_ns) override {
        scene_.log.emplace_back("load");
        scene_.limit_ns = limit_ns;
    }
    [[nodiscard]] bool ended() override { return true; }
    // Ten blocks, each of which does a round in 1,000 ns when it is alone.
    [[nodiscard]] load_record taken() override {
        if (scene_.does_nothing) return {};
        const auto limit = static_cast<double>(scene_.limit_ns);
        const double lost = scene_.armed_beside ? scene_.lost_beside * scene_.sample_ns : 0;
        load_record told;
        told.rounds = static_cast<unsigned long long>(10 * (limit - lost) / 1000);
        told.busy_ns = 10 * scene_.limit_ns;
        return told;
    }
    [[nodiscard]] std::uint64_t running_ns() const override {
        return static_cast<std::uint64_t>(scene_.sample_ns) + scene_.late_ns;
    }

private:
    scene& scene_;
};

class pretended_operation final : public operation, public held_run {
public:
    explicit pretended_operation(scene& of, bool by_device = true)
        : scene_(of), by_device_(by_device) {}
    void execute() override { scene_.log.emplace_back("execute"); }
    [[nodiscard]] held_run* held() noexcept override { return by_device_ ? this : nullptr; }
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "library"; }
    void arm(std::uint32_t operations) override {
        scene_.log.push_back("arm " + std::to_string(operations));
    }
    void release() noexcept override { scene_.log.emplace_back("release"); }
    [[nodiscard]] double finish_ns() override {
        scene_.armed_beside = true;
        return scene_.sample_ns;
    }

private:
    scene& scene_;
    bool by_device_;
};

overlapped_operation make(scene& of) {
    return {std::make_unique<pretended_operation>(of), std::make_unique<pretended_load>(of)};
}

TEST(overlapped_operation, the_load_begins_before_each_sample_and_not_before_the_first_alone) {
    scene play;
    overlapped_operation tested = make(play);
    EXPECT_THAT(play.log, ElementsAre("load", "load"));  // alone
    play.log.clear();
    tested.execute();
    tested.arm(2);
    tested.release();
    EXPECT_EQ(tested.finish_ns(), 1e6);
    EXPECT_THAT(play.log, ElementsAre("execute", "arm 1", "release", "load", "arm 2", "release"));
    EXPECT_EQ(play.limit_ns, 7'000'000u);  // 1 ms until the release, and 3 times 2 executions
    EXPECT_EQ(tested.algorithm(), "library");
}

TEST(overlapped_operation, what_the_load_lost_is_the_share_of_the_operations_time) {
    for (const double lost : {0.0, 0.25, 1.0}) {
        scene play;
        play.lost_beside = lost;
        overlapped_operation tested = make(play);
        EXPECT_EQ(tested.load_lost_share(), std::nullopt);
        for (int sample = 0; sample < 3; ++sample) {
            tested.arm(1);
            tested.release();
            static_cast<void>(tested.finish_ns());
        }
        ASSERT_TRUE(tested.load_lost_share());
        EXPECT_NEAR(*tested.load_lost_share(), lost, 1e-3);
    }
}

TEST(overlapped_operation, a_sample_that_outlasts_the_load_says_nothing_of_it) {
    scene play;
    overlapped_operation tested = make(play);
    play.late_ns = 5'000'000;  // the load runs 4 ms at first
    tested.arm(1);
    tested.release();
    static_cast<void>(tested.finish_ns());
    EXPECT_EQ(tested.load_lost_share(), std::nullopt);
    EXPECT_EQ(tested.load_covered(), false);
    tested.arm(1);  // longer now
    EXPECT_EQ(play.limit_ns, 6'000'000u);
    tested.release();
    static_cast<void>(tested.finish_ns());
    tested.arm(1);
    tested.release();
    static_cast<void>(tested.finish_ns());
    EXPECT_TRUE(tested.load_lost_share());
    EXPECT_EQ(tested.load_covered(), true);
}

/// Says what it is told.
class told_load final : public device_load {
public:
    told_load(std::vector<std::string>& log, bool ended, unsigned number)
        : log_(log), ended_(ended), number_(number) {}
    void start(std::uint64_t limit_ns) override { log_.push_back(std::to_string(limit_ns)); }
    [[nodiscard]] bool ended() override { return ended_; }
    [[nodiscard]] load_record taken() override {
        load_record told;
        told.rounds = number_;
        told.busy_ns = 10 * number_;
        return told;
    }
    [[nodiscard]] std::uint64_t running_ns() const override { return number_; }

private:
    std::vector<std::string>& log_;
    bool ended_;
    unsigned number_;
};

TEST(device_loads, of_several_devices_are_one) {
    std::vector<std::string> log;
    for (const bool second_ended : {false, true}) {
        std::vector<std::unique_ptr<device_load>> parts;
        parts.push_back(std::make_unique<told_load>(log, true, 7));
        parts.push_back(std::make_unique<told_load>(log, second_ended, 5));
        const auto whole = together(std::move(parts));
        whole->start(3);
        EXPECT_EQ(whole->ended(), second_ended);
        EXPECT_EQ(whole->taken().rounds, 12u);
        EXPECT_EQ(whole->taken().busy_ns, 120u);
        EXPECT_EQ(whole->running_ns(), 7u);
    }
    EXPECT_THAT(log, ElementsAre("3", "3", "3", "3"));
}

TEST(overlapped_operation, what_cannot_be_measured_so_is_refused) {
    scene play;
    EXPECT_THROW(overlapped_operation(std::make_unique<pretended_operation>(play, false),
                                      std::make_unique<pretended_load>(play)),
                 capability_error);
    play.does_nothing = true;
    EXPECT_THROW(make(play), capability_error);
}

}  // namespace
}  // namespace railgauge

#endif
