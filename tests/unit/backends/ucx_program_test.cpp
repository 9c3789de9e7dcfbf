// What has to wait for what in a program, and which copies are spared.
#include <gmock/gmock.h>

#ifdef RAILGAUGE_HAS_UCX

#include <array>
#include <vector>

#include "harness/backends/schedule_layout.hpp"
#include "harness/backends/ucx/access_map.hpp"
#include "harness/backends/ucx/build_program.hpp"
#include "harness/backends/ucx/program_writer.hpp"
#include "harness/backends/ucx/transports.hpp"
#include "harness/schedule/algorithms.hpp"
#include "harness/schedule/compile.hpp"

namespace railgauge::ucx {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class access_test : public ::testing::Test {
protected:
    std::vector<std::uint32_t> read(std::uint32_t step, std::size_t at, std::size_t bytes) {
        std::vector<std::uint32_t> waits;
        map_.read(step, memory_.data() + at, bytes, waits);
        return waits;
    }
    std::vector<std::uint32_t> write(std::uint32_t step, std::size_t at, std::size_t bytes) {
        std::vector<std::uint32_t> waits;
        map_.write(step, memory_.data() + at, bytes, waits);
        return waits;
    }
    std::array<std::byte, 100> memory_{};
    access_map map_;
};

TEST_F(access_test, readers_wait_for_the_writer_and_writers_for_the_readers) {
    EXPECT_THAT(read(0, 0, 10), IsEmpty());
    EXPECT_THAT(write(1, 5, 10), ElementsAre(0));
    EXPECT_THAT(read(2, 0, 5), IsEmpty());
    EXPECT_THAT(read(3, 14, 20), ElementsAre(1));
    EXPECT_THAT(read(4, 5, 1), ElementsAre(1));
    EXPECT_THAT(write(5, 0, 40), UnorderedElementsAre(0, 2, 1, 3, 3, 4));
    EXPECT_THAT(write(6, 39, 1), ElementsAre(5));
    EXPECT_THAT(write(7, 40, 0), IsEmpty());
    EXPECT_THAT(read(8, 38, 4), ElementsAre(5, 6));
}

class writer_test : public ::testing::Test {
protected:
    std::byte* at(std::size_t byte) { return memory_.data() + byte; }

    std::vector<opcode> codes(const program& made) {
        std::vector<opcode> result;
        for (const step& one : made.steps) result.push_back(one.code);
        return result;
    }

    std::array<std::byte, 1024> memory_{};
    std::array<std::byte, 256> bounce_{};
    program_writer writer_{dtype::float32, redop::sum, bounce_, 64};
};

TEST_F(writer_test, a_reduction_onto_a_copy_takes_the_original) {
    writer_.copy(at(512), at(0), 32);
    writer_.receive_reduce(7, at(512), 8);
    const program made = writer_.finish();
    ASSERT_THAT(codes(made), ElementsAre(opcode::receive, opcode::reduce));
    EXPECT_EQ(made.steps[0].target, at(512));
    EXPECT_EQ(made.steps[1].source, at(0));
    EXPECT_EQ(made.steps[1].other, at(512));
    EXPECT_EQ(made.steps[1].target, at(512));
    EXPECT_THAT(made.prerequisites, ElementsAre(0, 1));
}

TEST_F(writer_test, what_is_left_of_a_copy_is_copied_at_the_end) {
    writer_.copy(at(512), at(0), 64);
    writer_.send(nullptr, 1, at(512), 64);
    writer_.receive(2, at(528), 16);
    const program made = writer_.finish();
    ASSERT_THAT(codes(made),
                ElementsAre(opcode::send, opcode::receive, opcode::copy, opcode::copy));
    EXPECT_EQ(made.steps[0].source, at(0));
    EXPECT_EQ(made.steps[2].target, at(512));
    EXPECT_EQ(made.steps[2].amount, 16U);
    EXPECT_EQ(made.steps[3].target, at(544));
    EXPECT_EQ(made.steps[3].source, at(32));
    EXPECT_EQ(made.steps[3].amount, 32U);
    EXPECT_THAT(made.prerequisites, ElementsAre(0, 0, 0, 0));
}

TEST_F(writer_test, an_original_is_copied_before_it_is_overwritten) {
    writer_.copy(at(512), at(0), 32);
    writer_.receive(3, at(16), 16);
    const program made = writer_.finish();
    ASSERT_THAT(codes(made), ElementsAre(opcode::copy, opcode::receive));
    EXPECT_THAT(made.prerequisites, ElementsAre(0, 1));
}

TEST_F(writer_test, arrival_slots_are_used_again_when_they_are_empty) {
    for (ucp_tag_t i = 0; i < 5; ++i) writer_.receive_reduce(i, at(i * 16), 4);
    const program made = writer_.finish();
    ASSERT_EQ(made.steps.size(), 10U);
    EXPECT_EQ(made.steps[8].target, made.steps[0].target);
    EXPECT_THAT(made.prerequisites, ElementsAre(0, 1, 0, 1, 0, 1, 0, 1, 1, 1));
}

TEST_F(writer_test, order_holds_back_all_but_receives) {
    writer_.receive(1, nullptr, 0);
    writer_.order();
    writer_.send(nullptr, 2, nullptr, 0);
    writer_.receive(3, nullptr, 0);
    writer_.order();
    writer_.send(nullptr, 4, nullptr, 0);
    EXPECT_THAT(writer_.finish().prerequisites, ElementsAre(0, 1, 0, 2));
}

// Rank 0 of 4, one element to each, cut into none: messages 1, 2 and 3 to 1, 2 and 3, and from 3, 2
// and 1.
TEST(build_program, has_so_many_messages_under_way_and_no_more) {
    operation_spec spec;
    spec.kind = operation_kind::all_to_all;
    spec.count = 1;
    const schedule plan =
        make_schedule({.kind = operation_kind::all_to_all, .algorithm = "pairwise", .ranks = 4});
    const auto transfers = compile(plan, 0, layout_of(spec, plan));
    std::array<std::byte, 64> memory{};
    build_request request;
    request.spec = &spec;
    request.transfers = transfers;
    request.ranks = 4;
    request.spaces = {memory.data(), memory.data() + 32, nullptr};
    request.bounce = memory;
    request.endpoint = [](int) { return nullptr; };

    // How many messages each of the sends waits for: sends, and receives of the rounds before.
    const auto waited_for = [&request](std::uint32_t most) {
        request.most_sends = most;
        const program made = build_program(request);
        std::vector<std::uint32_t> counts;
        for (std::size_t i = 0; i < made.steps.size(); ++i) {
            if (made.steps[i].code == opcode::send) counts.push_back(made.prerequisites[i]);
        }
        return counts;
    };
    EXPECT_THAT(waited_for(0), ElementsAre(0, 0, 0));
    EXPECT_THAT(waited_for(1), ElementsAre(0, 2, 2));
    EXPECT_THAT(waited_for(2), ElementsAre(0, 0, 2));
}

TEST(tag_of, keeps_senders_operations_and_messages_apart) {
    EXPECT_NE(tag_of(1, 0, 0), tag_of(0, 1, 0));
    EXPECT_NE(tag_of(1, 0, 0), tag_of(0, 0, 1));
    EXPECT_EQ(tag_of(0, 0, UINT32_MAX) & tag_of(0, 0xfff, 0), 0U);
    EXPECT_EQ(tag_of(0, 0xfff, UINT32_MAX) & tag_of(0xfffff, 0, 0), 0U);
}

TEST(transports, are_read_from_what_the_library_prints) {
    EXPECT_THAT(resources_in("#     component 1  :  tcp\n"
                             "#      resource 0  :  md 0  dev 0  flags -- self/memory0\n"
                             "#      resource 1  :  md 1  dev 1  flags -- tcp/lo\n"
                             "#      resource 2  :  md 1  dev 1  flags -- tcp/lo\n"),
                ElementsAre("self/memory0", "tcp/lo"));
    EXPECT_THAT(
        lanes_in("# UCP endpoint \n#               peer: <no debug data>\n"
                 "#                 lane[0]:  0:tcp/lo.0 md[0]   -> md[0]/tcp/sysdev[255] rma_bw#0 "
                 "am am_bw#0\n"
                 "#                 lane[1]:  1:tcp/eth0.0 md[0]  -> md[0]/tcp/sysdev[255] wireup\n"
                 "#                 lane[2]:  5:cma/memory.0 md[4] -> md[4]/cma/sysdev[255] "
                 "rma_bw#0\n"
                 "#                tag_send: 0..<egr/short>..8185..(inf)\n"),
        ElementsAre("tcp/lo", "cma/memory"));
    EXPECT_THAT(lanes_in("nothing\nlane[\nlane[0]:\n"), IsEmpty());
    EXPECT_EQ(joined({"a", "b"}), "a b");
}

}  // namespace
}  // namespace railgauge::ucx

#endif
