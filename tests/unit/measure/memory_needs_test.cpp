// What a plan's buffers need of each kind of memory, and what is left out where that is too much.
#include "harness/measure/memory_needs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>

#include "tests/unit/measure/fake_transport.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using testing_doubles::fake_backend;
using testing_doubles::fake_benches;

suite_case a_case(std::vector<operation_kind> operations, std::vector<std::uint64_t> bytes) {
    suite_case one;
    one.operations = std::move(operations);
    one.bytes = std::move(bytes);
    one.backends = {"one"};
    return one;
}

plan planned(std::vector<suite_case> cases, int ranks = 4) {
    std::vector<std::unique_ptr<backend>> backends;
    backends.push_back(std::make_unique<fake_backend>("one", std::vector<std::string>{"ring"}));
    return make_plan({.name = "s", .description = "", .cases = std::move(cases)}, ranks,
                     fake_benches(), backends);
}

TEST(memory_needed_bytes, is_that_of_the_largest_point) {
    suite_case one = a_case({operation_kind::all_reduce}, {8, 4096});
    EXPECT_EQ(memory_needed_bytes(planned({one}), fake_benches()), 4U * 2 * 4096);
    one.in_place = {true};
    EXPECT_EQ(memory_needed_bytes(planned({one}), fake_benches()), 4U * 4096);
    // Each of 4 ranks gives a quarter and gets the whole.
    EXPECT_EQ(memory_needed_bytes(planned({a_case({operation_kind::all_gather}, {4096})}),
                                  fake_benches()),
              4U * (1024 + 4096));
    EXPECT_EQ(memory_needed_bytes(plan{}, fake_benches()), 0U);
}

TEST(memory_needed_bytes, counts_each_side_of_a_copy_where_it_lies) {
    struct expectation {
        operation_kind kind;
        std::uint64_t host;    // of 4 ranks
        std::uint64_t device;  // of the one that needs most
    };
    // A chase has its chain, which the host writes first into memory of its own.
    const std::vector<expectation> all{
        {operation_kind::host_to_device, 4 * 4096, 4096},
        {operation_kind::device_to_host, 4 * 4096, 4096},
        {operation_kind::host_device_both, 4 * 2 * 4096, 2 * 4096},
        {operation_kind::device_copy, 0, 2 * 4096},
        {operation_kind::host_latency, 4 * 2 * 4096, 0},
        {operation_kind::device_latency, 4 * 4096, 4096},
        {operation_kind::peer_latency, 2 * 4096, 4096},
        {operation_kind::kernel_launch, 0, 0},
    };
    for (const expectation& each : all) {
        const plan one = planned({a_case({each.kind}, {64, 4096})});
        EXPECT_EQ(memory_needed_bytes(one, fake_benches()), each.host) << name_of(each.kind);
        EXPECT_EQ(device_memory_needed_bytes(one, fake_benches()), each.device)
            << name_of(each.kind);
    }
    suite_case on_device = a_case({operation_kind::all_reduce}, {4096});
    on_device.memories = {memory_kind::cuda};
    EXPECT_EQ(memory_needed_bytes(planned({on_device}), fake_benches()), 0U);
    EXPECT_EQ(device_memory_needed_bytes(planned({on_device}), fake_benches()), 2U * 4096);
}

TEST(clamp_to, leaves_out_what_either_memory_does_not_hold) {
    const auto left = [](operation_kind kind, const memory_room& room) {
        plan all = planned({a_case({kind}, {64, 4096})});
        static_cast<void>(clamp_to(all, fake_benches(), room));
        return all.points();
    };
    for (const operation_kind kind :
         {operation_kind::host_to_device, operation_kind::device_latency}) {
        EXPECT_EQ(left(kind, {.host_bytes = 4 * 4096, .device_bytes = 4096}), 2);
        EXPECT_EQ(left(kind, {.host_bytes = 4 * 4096 - 1, .device_bytes = 4096}), 1);
        EXPECT_EQ(left(kind, {.host_bytes = 4 * 4096, .device_bytes = 4095}), 1);
        EXPECT_EQ(left(kind, {.host_bytes = 4 * 64 - 1, .device_bytes = 4096}), 0);
        EXPECT_EQ(left(kind, {.host_bytes = std::nullopt, .device_bytes = std::nullopt}), 2);
    }
}

TEST(memory_needed_bytes, saturates_where_64_bits_end) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    for (const operation_kind kind : all_operation_kinds) {
        if (!moves_message(kind)) continue;
        const plan all = planned({a_case({kind}, {most})});
        const std::uint64_t needed = is_device_kind(kind)
                                         ? device_memory_needed_bytes(all, fake_benches())
                                         : memory_needed_bytes(all, fake_benches());
        EXPECT_GE(needed, most / 2) << name_of(kind);
    }
    EXPECT_EQ(memory_needed_bytes(planned({a_case({operation_kind::all_reduce}, {most})}),
                                  fake_benches()),
              most);
}

TEST(device_memory_needed_bytes, is_that_of_one_rank_and_the_host_needs_none_for_it) {
    suite_case one = a_case({operation_kind::all_gather}, {4096});
    one.memories = {memory_kind::cuda};
    EXPECT_EQ(device_memory_needed_bytes(planned({one}), fake_benches()), 1024U + 4096U);
    EXPECT_EQ(memory_needed_bytes(planned({one}), fake_benches()), 0U);
    one.streams = {3};
    EXPECT_EQ(device_memory_needed_bytes(planned({one}), fake_benches()), 3 * (1024U + 4096U));
    // The root of a gather has the output alone.
    suite_case rooted = a_case({operation_kind::gather}, {4096});
    rooted.memories = {memory_kind::cuda};
    EXPECT_EQ(device_memory_needed_bytes(planned({rooted}), fake_benches()), 1024U + 4096U);
    rooted.memories = {memory_kind::host};
    EXPECT_EQ(device_memory_needed_bytes(planned({rooted}), fake_benches()), 0U);
    EXPECT_EQ(memory_needed_bytes(planned({rooted}), fake_benches()), 4 * 1024U + 4096U);
}

TEST(clamp_to, leaves_out_what_does_not_fit_where_it_lies) {
    suite_case one = a_case({operation_kind::all_reduce}, {8, 64, 512, 4096});
    one.memories = {memory_kind::host, memory_kind::cuda};
    const plan whole = planned({one});
    plan all = whole;
    EXPECT_EQ(clamp_to(all, fake_benches(), {}), 0);
    EXPECT_EQ(to_text(all), to_text(whole));
    // On the host four ranks have two buffers each, on a device there is one rank.
    EXPECT_EQ(clamp_to(all, fake_benches(), {.host_bytes = 8 * 512, .device_bytes = 127}), 1 + 3);
    ASSERT_THAT(all.parts, SizeIs(2));
    EXPECT_THAT(all.parts[0].bytes, ElementsAre(8, 64, 512));
    EXPECT_THAT(all.parts[1].bytes, ElementsAre(8));
    EXPECT_EQ(clamp_to(all, fake_benches(), {.host_bytes = {}, .device_bytes = 15}), 1);
    ASSERT_THAT(all.parts, SizeIs(1));
    EXPECT_EQ(all.parts[0].where, memory_kind::host);
}

TEST(memory_needed_bytes, of_pairs_is_that_of_groups_of_two) {
    suite_case one = a_case({operation_kind::ping_pong}, {4096});
    one.groups = parse_groups("pairs");
    EXPECT_EQ(memory_needed_bytes(planned({one}), fake_benches()), 4U * 2 * 4096);
}

}  // namespace
}  // namespace railgauge
