// A point from its preparation to its record, on a backend that carries data over the world's own
// broadcast and can be told to take its time, to refuse, or to spoil what it carries.
#include "harness/measure/measurer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "harness/measure/group_measurer.hpp"
#include "tests/unit/measure/fake_transport.hpp"
#include "tests/unit/measure/forked_ranks.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing_doubles::fake_benches;
using testing_doubles::loaded_operation;
using testing_doubles::plain_memory;
using testing_doubles::run_ranks;
using testing_doubles::shared_value;
using testing_doubles::spin;
using testing_doubles::told_operation;

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

struct behaviour {
    availability here{};
    capability can{};
    std::chrono::microseconds length{0};
    bool unfit_on_rank_1 = false;       ///< only that rank knows it
    bool unfit = false;                 ///< found while the communicator is made, on every rank
    bool load_ends_early = false;       ///< of every second sample
    bool says_init = false;             ///< 1 ms at rank 0, 2 ms at rank 1
    std::uint64_t spoils_from = never;  ///< the execution of rank 1 from which on data are wrong
};

class told_communicator final : public communicator {
public:
    told_communicator(world& group, const behaviour& how) : group_(group), how_(how) {}
    [[nodiscard]] capability supports(const operation_spec&) const override { return how_.can; }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind) const override {
        return {"told"};
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return std::make_unique<plain_memory>(bytes);
    }
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override {
        const std::uint64_t ticks = calibrate_clock().ticks(how_.length);
        if (how_.load_ends_early) {
            return std::make_unique<loaded_operation>([](int sample) { return sample % 2 == 0; });
        }
        if (spec.kind != operation_kind::broadcast) {
            return std::make_unique<told_operation>([ticks] { spin(ticks); });
        }
        const std::size_t bytes = spec.count * size_of(spec.type);
        const bool root = group_.rank() == spec.root;
        return std::make_unique<told_operation>([=, this, &input, &output] {
            if (root) std::memcpy(output.data(), input.data(), bytes);
            group_.broadcast({output.data(), bytes}, spec.root);
            if (executed_++ >= how_.spoils_from && group_.rank() == 1) {
                output.data()[bytes - 1] ^= std::byte{1};
            }
        });
    }

    [[nodiscard]] std::int64_t init_ns() const noexcept override {
        return how_.says_init ? (group_.rank() + 1) * 1'000'000 : 0;
    }

private:
    world& group_;
    behaviour how_;
    std::uint64_t executed_ = 0;
};

class told_backend final : public backend {
public:
    explicit told_backend(const behaviour& how) : how_(how) {}
    [[nodiscard]] std::string_view name() const noexcept override { return "told"; }
    [[nodiscard]] std::string_view description() const noexcept override { return "a double"; }
    [[nodiscard]] std::string version() const override { return "0"; }
    [[nodiscard]] availability available() const override { return how_.here; }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind) const override {
        return {"told"};
    }
    [[nodiscard]] std::string unfit_for(const world& group) const override {
        return how_.unfit_on_rank_1 && group.rank() == 1 ? "rank 1 has no device" : "";
    }
    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
        if (how_.unfit) throw refused_by_all("these two cannot");
        return std::make_unique<told_communicator>(group, how_);
    }

private:
    behaviour how_;
};

/// What is left of a record, at rank 0; and the status that rank 1 has.
struct outcome {
    point_status status;
    point_status status_elsewhere;
    char reason[256];
    char verified[16];
    char algorithm[16];
    char stop_reason[16];
    char flags[256];
    bool timed;
    double least_us;
    std::uint64_t n;
    bool has_bandwidth;
    std::size_t made;  ///< communicators that were noted
    double init_us;
    int last_rank;
    int channels;
    double estimate_us;
};

outcome measured(const behaviour& how, operation_kind kind, bool verify = true) {
    const shared_value<outcome> page;
    run_ranks(2, [&](world& group) {
        std::vector<std::unique_ptr<backend>> backends;
        backends.push_back(std::make_unique<told_backend>(how));
        const bench_list benches = fake_benches();
        plan all{.suite = "s", .ranks = 2, .parts = {}};
        series part;
        part.kind = kind;
        part.backend = "told";
        part.stop.iterations = 37;
        part.stop.budget_s = 0.02;
        part.bytes = {1024};
        all.parts.push_back(part);
        measurer measuring(group, backends, benches,
                           {.verify = verify, .deadline = std::chrono::seconds(60)});
        const point_record record = measuring.measure(all, point_at(all, 0));
        if (group.rank() == 1) page->status_elsewhere = record.status;
        if (group.rank() != 0) return;
        page->status = record.status;
        record.reason.copy(page->reason, sizeof page->reason - 1);
        record.verified.copy(page->verified, sizeof page->verified - 1);
        record.key.algorithm.copy(page->algorithm, sizeof page->algorithm - 1);
        record.stop_reason.copy(page->stop_reason, sizeof page->stop_reason - 1);
        std::string flags;
        for (const std::string& flag : record.flags) flags += flag + ' ';
        flags.copy(page->flags, sizeof page->flags - 1);
        page->timed = record.time_us.has_value();
        page->least_us = record.time_us ? record.time_us->min : 0;
        page->n = record.n;
        const auto made = measuring.take_made();
        page->made = made.size();
        if (!made.empty()) {
            page->init_us = made.front().init_us;
            page->last_rank = made.front().last_rank;
        }
        page->made += measuring.take_made().size();
        page->channels = record.channels;
        page->estimate_us = record.library_estimate_us.value_or(-1);
        page->has_bandwidth = record.algbw_gbps.has_value();
    });
    EXPECT_EQ(page->status, page->status_elsewhere);
    return *page;
}

TEST(measurer, measures_and_verifies_what_is_right) {
    const outcome found = measured({}, operation_kind::broadcast);
    EXPECT_EQ(found.status, point_status::ok) << found.reason;
    EXPECT_STREQ(found.reason, "");
    EXPECT_STREQ(found.verified, "yes");
    EXPECT_STREQ(found.algorithm, "told");
    EXPECT_STREQ(found.stop_reason, "iterations");
    EXPECT_EQ(found.n, 37u);
    EXPECT_TRUE(found.timed);
    EXPECT_TRUE(found.has_bandwidth);
}

TEST(measurer, halves_the_time_of_a_round_trip) {
    const behaviour slow{.length = std::chrono::microseconds(200)};
    // No execution takes less than 200 us, so only a halved time can be below. Another program may
    // hold up every sample of a try: the fastest of some tries.
    double least_us = std::numeric_limits<double>::max();
    for (int attempt = 0; attempt < 20 && least_us > 160; ++attempt) {
        const outcome found = measured(slow, operation_kind::ping_pong, false);
        ASSERT_TRUE(found.timed);
        EXPECT_STREQ(found.verified, "no");
        least_us = std::min(least_us, found.least_us);
    }
    EXPECT_LT(least_us, 160);
    EXPECT_GT(least_us, 99);
    EXPECT_GT(measured(slow, operation_kind::send_recv, false).least_us, 199);
}

TEST(measurer, skips_where_the_backend_is_not_here) {
    const outcome found =
        measured({.here = {false, "there is no such device"}}, operation_kind::broadcast);
    EXPECT_EQ(found.status, point_status::skipped);
    EXPECT_STREQ(found.reason, "there is no such device");
    EXPECT_FALSE(found.timed);
}

TEST(measurer, skips_what_the_backend_cannot_do) {
    const outcome found =
        measured({.can = {false, "no broadcasts on Mondays"}}, operation_kind::broadcast);
    EXPECT_EQ(found.status, point_status::skipped);
    EXPECT_STREQ(found.reason, "no broadcasts on Mondays");
    EXPECT_FALSE(found.timed);
}

TEST(measurer, skips_where_only_one_rank_knows_why_not) {
    const outcome found = measured({.unfit_on_rank_1 = true}, operation_kind::broadcast);
    EXPECT_EQ(found.status, point_status::skipped);
    EXPECT_STREQ(found.reason, "rank 1 has no device");
    const outcome at_making = measured({.unfit = true}, operation_kind::broadcast);
    EXPECT_EQ(at_making.status, point_status::skipped);
    EXPECT_STREQ(at_making.reason, "these two cannot");
}

TEST(measurer, notes_what_making_a_communicator_took) {
    EXPECT_EQ(measured({}, operation_kind::broadcast).made, 0U);
    const outcome found = measured({.says_init = true}, operation_kind::broadcast);
    EXPECT_EQ(found.made, 1U);
    EXPECT_EQ(found.init_us, 2000);
    EXPECT_EQ(found.last_rank, 1);
}

TEST(measurer, flags_a_point_whose_load_ended_before_the_samples) {
    const outcome early = measured({.load_ends_early = true}, operation_kind::event_record);
    EXPECT_EQ(early.status, point_status::ok) << early.reason;
    EXPECT_THAT(early.flags, HasSubstr("load-ended-early:"));
    // Of 37 samples that count, half; but which of a batch were late is left to chance.
    const int counted = std::atoi(
        std::string(early.flags).substr(std::string(early.flags).find("early:") + 6).c_str());
    EXPECT_GE(counted, 1);
    EXPECT_LE(counted, 37);
    EXPECT_THAT(measured({}, operation_kind::event_record).flags,
                testing::Not(HasSubstr("load-ended")));
}

TEST(group_measurer, says_of_which_group_a_communicator_was) {
    struct findings {
        std::size_t made;
        std::size_t rows;
        char group[32];
        double init_us;
        int ranks;
    };
    const shared_value<findings> page;
    run_ranks(3, [&](world& job) {
        std::vector<std::unique_ptr<backend>> backends;
        backends.push_back(std::make_unique<told_backend>(behaviour{.says_init = true}));
        const bench_list benches = fake_benches();
        plan all{.suite = "s", .ranks = 3, .parts = {}};
        series part;
        part.kind = operation_kind::broadcast;
        part.backend = "told";
        part.group = parse_groups("ranks=1-2").front();
        part.stop.iterations = 5;
        part.bytes = {64, 128};
        all.parts.push_back(part);
        group_measurer groups(job, backends, benches, {.deadline = std::chrono::seconds(60)});
        const auto rows = groups.measure(all, point_at(all, 0), 0);
        const auto made = groups.take_made();
        static_cast<void>(groups.measure(all, point_at(all, 1), 0));
        const auto again = groups.take_made();
        if (job.rank() != 0) return;
        page->made = made.size() + again.size();
        page->rows = rows.size();
        if (made.empty()) return;
        made[0].group.copy(page->group, sizeof page->group - 1);
        page->init_us = made[0].init_us;
        page->ranks = made[0].ranks;
    });
    EXPECT_EQ(page->rows, 1U);
    EXPECT_EQ(page->made, 1U);
    EXPECT_STREQ(page->group, "ranks:1-2");
    EXPECT_EQ(page->init_us, 2000);
    EXPECT_EQ(page->ranks, 2);
}

TEST(measurer, records_what_the_library_says_it_did) {
    const outcome found = measured({}, operation_kind::broadcast);
    EXPECT_EQ(found.channels, 3);
    EXPECT_EQ(found.estimate_us, 1.5);
}

TEST(measurer, does_not_time_what_is_wrong_from_the_start) {
    const outcome found = measured({.spoils_from = 0}, operation_kind::broadcast);
    EXPECT_EQ(found.status, point_status::invalid);
    EXPECT_STREQ(found.verified, "wrong");
    EXPECT_THAT(found.reason, HasSubstr("rank 1, first wrong element 255"));
    EXPECT_THAT(found.reason, HasSubstr("1 element is wrong"));
    EXPECT_FALSE(found.timed);
}

TEST(measurer, finds_what_goes_wrong_while_it_is_timed) {
    // The first execution is the one that is verified before.
    const outcome found = measured({.spoils_from = 1}, operation_kind::broadcast);
    EXPECT_EQ(found.status, point_status::invalid);
    EXPECT_STREQ(found.verified, "wrong");
    EXPECT_THAT(found.reason, HasSubstr("rank 1, first wrong element 255"));
}

TEST(measurer, does_not_look_at_data_that_need_not_be_verified) {
    const outcome found = measured({.spoils_from = 0}, operation_kind::broadcast, false);
    EXPECT_EQ(found.status, point_status::ok);
    EXPECT_STREQ(found.verified, "no");
}

}  // namespace
}  // namespace railgauge
