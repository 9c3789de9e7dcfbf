// Processes that drive several GPUs, each of which is a rank: planned, filled, verified, recorded.
// The GPUs are pretended, and their data go over the World.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/parted_memory.hpp"
#include "harness/base/error.hpp"
#include "harness/measure/measurer.hpp"
#include "harness/measure/memory_needs.hpp"
#include "harness/measure/point_keys.hpp"
#include "tests/unit/measure/fake_transport.hpp"
#include "tests/unit/measure/forked_ranks.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing_doubles::fake_backend;
using testing_doubles::fake_benches;
using testing_doubles::plain_memory;
using testing_doubles::run_ranks;
using testing_doubles::shared_value;
using testing_doubles::told_operation;

constexpr int gpus = 2;

/// Gathers every GPU's input to every GPU's output.
class two_gpus final : public communicator {
public:
    two_gpus(world& group, bool spoils) : group_(group), spoils_(spoils) {}
    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return {spec.manner.gpus_per_rank == gpus, "not so many GPUs"};
    }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind) const override {
        return {"told"};
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t) override { return nullptr; }
    [[nodiscard]] std::unique_ptr<memory> allocate_parts(
        const operation_spec&, buffer_role, std::span<const std::size_t> bytes) override {
        std::vector<std::unique_ptr<memory>> parts;
        for (const std::size_t each : bytes) parts.push_back(std::make_unique<plain_memory>(each));
        return std::make_unique<parted_memory>(std::move(parts));
    }
    [[nodiscard]] int ranks_here() const noexcept override { return gpus; }
    [[nodiscard]] std::int64_t init_ns() const noexcept override { return 1000; }
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override {
        const std::size_t bytes = spec.count * size_of(spec.type);
        return std::make_unique<told_operation>([=, this, &input, &output] {
            std::vector<std::byte> mine(gpus * bytes);
            for (int gpu = 0; gpu < gpus; ++gpu) {
                std::memcpy(mine.data() + static_cast<std::size_t>(gpu) * bytes,
                            input.part(gpu).data(), bytes);
            }
            std::vector<std::byte> all(mine.size() * static_cast<std::size_t>(group_.size()));
            const std::span whole(all);
            group_.gather(mine, group_.rank() == 0 ? whole : whole.first(0), 0);
            group_.broadcast(whole, 0);
            for (int gpu = 0; gpu < gpus; ++gpu) {
                std::memcpy(output.part(gpu).data(), all.data(), all.size());
            }
            if (spoils_ && group_.rank() == 1) output.part(1).data()[5 * 4] ^= std::byte{1};
        });
    }

private:
    world& group_;
    bool spoils_;
};

class backend_of_two_gpus final : public backend {
public:
    explicit backend_of_two_gpus(bool spoils) : spoils_(spoils) {}
    [[nodiscard]] std::string_view name() const noexcept override { return "told"; }
    [[nodiscard]] std::string_view description() const noexcept override { return "a double"; }
    [[nodiscard]] std::string version() const override { return "0"; }
    [[nodiscard]] availability available() const override { return {}; }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind) const override {
        return {"told"};
    }
    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
        return std::make_unique<two_gpus>(group, spoils_);
    }

private:
    bool spoils_;
};

suite_case a_case(operation_kind kind) {
    suite_case one;
    one.operations = {kind};
    one.bytes = {4096};
    one.backends = {"told"};
    one.types = {dtype::int32};
    one.gpus_per_rank = gpus;
    one.stop.iterations = 20;
    return one;
}

plan planned(const suite_case& one, int processes) {
    std::vector<std::unique_ptr<backend>> backends;
    backends.push_back(std::make_unique<backend_of_two_gpus>(false));
    return make_plan({.name = "s", .description = "", .cases = {one}}, processes, fake_benches(),
                     backends);
}

struct outcome {
    point_status status;
    char reason[256];
    int ranks;
    int gpus_per_rank;
    std::uint64_t bytes;
    double ratio;  ///< busbw over algbw
    int ranks_of_communicator;
};

outcome measured(bool spoils) {
    const shared_value<outcome> page;
    run_ranks(2, [&](world& group) {
        std::vector<std::unique_ptr<backend>> backends;
        backends.push_back(std::make_unique<backend_of_two_gpus>(spoils));
        const bench_list benches = fake_benches();
        const plan all = planned(a_case(operation_kind::all_gather), 2);
        measurer measuring(group, backends, benches, {.deadline = std::chrono::seconds(60)});
        const point_record record = measuring.measure(all, point_at(all, 0));
        if (group.rank() != 0) return;
        page->status = record.status;
        record.reason.copy(page->reason, sizeof page->reason - 1);
        page->ranks = record.key.ranks;
        page->gpus_per_rank = record.key.gpus_per_rank;
        page->bytes = record.key.bytes;
        if (record.algbw_gbps) page->ratio = *record.busbw_gbps / *record.algbw_gbps;
        for (const auto& made : measuring.take_made()) page->ranks_of_communicator = made.ranks;
    });
    return *page;
}

TEST(several_gpus, are_ranks_of_the_operation_and_of_the_record) {
    const outcome found = measured(false);
    EXPECT_EQ(found.status, point_status::ok) << found.reason;
    EXPECT_EQ(found.ranks, 4);
    EXPECT_EQ(found.gpus_per_rank, 2);
    EXPECT_EQ(found.bytes, 4096u);
    EXPECT_NEAR(found.ratio, 0.75, 1e-9);  // (n-1)/n of four ranks
    EXPECT_EQ(found.ranks_of_communicator, 4);
}

TEST(several_gpus, wrong_data_name_the_gpu_and_its_process) {
    const outcome found = measured(true);
    EXPECT_EQ(found.status, point_status::invalid);
    EXPECT_THAT(found.reason,
                HasSubstr("rank 3 (GPU 1 of process 1), first wrong element 5: expected"));
    EXPECT_THAT(found.reason, HasSubstr("1 element is wrong"));
}

TEST(several_gpus, are_part_of_the_plan_and_of_what_a_point_is) {
    suite_case one = a_case(operation_kind::broadcast);
    one.roots = {5};
    const plan all = planned(one, 3);
    EXPECT_EQ(all.ranks, 3);
    const point_key key = key_of(all, point_at(all, 0));
    EXPECT_EQ(key.ranks, 6);
    EXPECT_EQ(key.gpus_per_rank, 2);
    EXPECT_EQ(plan_from_text(to_text(all)).parts[0].manner, all.parts[0].manner);
    one.gpus_per_rank = 3;
    EXPECT_NE(hash_of(planned(one, 2)), hash_of(planned(one, 3)));
    suite_case single = a_case(operation_kind::all_reduce);
    const std::string several = hash_of(planned(single, 3));
    single.gpus_per_rank = 1;
    EXPECT_NE(hash_of(planned(single, 3)), several);
    EXPECT_THAT(to_text(planned(single, 3)), testing::Not(HasSubstr("gpus_per_rank")));
}

TEST(several_gpus, need_memory_each) {
    suite_case one = a_case(operation_kind::all_gather);
    one.memories = {memory_kind::cuda};
    // Of four GPUs, each gives a quarter and gets the whole.
    EXPECT_EQ(device_memory_needed_bytes(planned(one, 2), fake_benches()), 1024U + 4096U);
    one.memories = {memory_kind::host};
    EXPECT_EQ(memory_needed_bytes(planned(one, 2), fake_benches()), 4 * (1024U + 4096U));
}

std::string refusal_of(const suite_case& one, int processes) {
    try {
        static_cast<void>(planned(one, processes));
    } catch (const usage_error& wrong) {
        return wrong.what();
    }
    return {};
}

TEST(several_gpus, pairs_and_roots_that_there_are_not_are_refused) {
    suite_case one = a_case(operation_kind::broadcast);
    one.roots = {6};
    EXPECT_THAT(refusal_of(one, 3), HasSubstr("root 6 does not exist: there are ranks 0 to 5"));
    one = a_case(operation_kind::ping_pong);
    one.groups = parse_groups("pairs");
    EXPECT_THAT(refusal_of(one, 4), HasSubstr("--gpus-per-rank"));
}

TEST(several_gpus, are_skipped_by_backends_of_one_device_a_rank) {
    operation_spec spec;
    EXPECT_EQ(why_not_on_hosts(spec), "");
    spec.manner.gpus_per_rank = 2;
    EXPECT_THAT(why_not_on_hosts(spec), HasSubstr("several GPUs a rank"));
}

}  // namespace
}  // namespace railgauge
