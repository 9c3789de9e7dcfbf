// What the schedules become: the fusions that the figures rest on.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "harness/backends/schedule_layout.hpp"
#include "harness/backends/shm/build_program.hpp"
#include "harness/schedule/algorithms.hpp"

namespace railgauge::shm {
namespace {

/// The program of rank 0, with buffers that are never touched.
program program_of(operation_spec spec, int ranks) {
    const schedule plan = make_schedule({.kind = spec.kind,
                                         .algorithm = spec.algorithm,
                                         .ranks = ranks,
                                         .in_place = spec.in_place});
    const auto layout = layout_of(spec, plan);
    const auto transfers = compile(plan, 0, layout);
    static std::vector<std::byte> room(1 << 20);
    static std::vector<link> links(8);
    std::vector<rank_spaces> spaces;
    for (std::size_t rank = 0; rank < static_cast<std::size_t>(ranks); ++rank) {
        std::byte* first = room.data() + rank * (std::size_t{1} << 16);
        spaces.push_back({first, spec.in_place ? first : first + (1 << 14), first + (2 << 14)});
    }
    program made = build_program(
        {.spec = &spec, .transfers = transfers, .rank = 0, .spaces = spaces, .links = links});
    fuse(made);
    return made;
}

std::vector<opcode> codes_of(const program& made) {
    std::vector<opcode> codes;
    for (const instruction& step : made.instructions) {
        codes.push_back(step.code);
    }
    return codes;
}

TEST(shm_program, a_small_all_reduce_of_two_ranks_is_one_instruction) {
    const program made = program_of(
        {.kind = operation_kind::all_reduce, .count = 2, .algorithm = "recursive_doubling"}, 2);
    EXPECT_EQ(codes_of(made), std::vector{opcode::exchange});
    EXPECT_TRUE(made.awaits.empty());
    EXPECT_TRUE(made.published.empty());
}

TEST(shm_program, a_direct_all_reduce_reads_all_inputs_and_writes_all_outputs_in_one_pass) {
    const program made =
        program_of({.kind = operation_kind::all_reduce, .count = 3000, .algorithm = "direct"}, 3);
    const auto codes = codes_of(made);
    ASSERT_EQ(std::count(codes.begin(), codes.end(), opcode::reduce_many), 1);
    EXPECT_EQ(std::count(codes.begin(), codes.end(), opcode::copy), 0);
    EXPECT_EQ(std::count(codes.begin(), codes.end(), opcode::reduce), 0);
    const auto many = std::find_if(made.instructions.begin(), made.instructions.end(),
                                   [](const auto& i) { return i.code == opcode::reduce_many; });
    EXPECT_EQ(many->sources.count, 3U);
    EXPECT_EQ(many->targets.count, 3U);
    EXPECT_EQ(many->amount, 1000U);
    EXPECT_TRUE(made.published.empty()) << "the messages after it acknowledge";
}

TEST(shm_program, readers_acknowledge_where_no_message_follows) {
    const program made =
        program_of({.kind = operation_kind::all_gather, .count = 3000, .algorithm = "direct"}, 2);
    EXPECT_EQ(made.published.size(), 1U);
    ASSERT_EQ(made.awaits.size(), 1U);
    EXPECT_EQ(made.awaits[0].from_last, 0U);
}

TEST(shm_program, medium_messages_travel_in_cells_without_acknowledgement) {
    const program made =
        program_of({.kind = operation_kind::all_gather, .count = 100, .algorithm = "direct"}, 2);
    const auto codes = codes_of(made);
    EXPECT_EQ(std::count(codes.begin(), codes.end(), opcode::send_cell), 1);
    EXPECT_TRUE(made.published.empty());
    EXPECT_TRUE(made.awaits.empty());
}

}  // namespace
}  // namespace railgauge::shm
