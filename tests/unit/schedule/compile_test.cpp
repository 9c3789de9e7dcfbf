// Patterns, block ranges and the flat list of transfers.
#include "harness/schedule/compile.hpp"

#include <gmock/gmock.h>

#include <tuple>

#include "harness/base/error.hpp"
#include "tests/unit/schedule/all_algorithms.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::Pair;
using way = message::direction;

schedule with_pattern(const pattern& peers, std::int64_t ranks, std::int64_t root = 0,
                      std::int64_t repeat = 1) {
    schedule plan;
    plan.ranks = ranks;
    plan.root = root;
    round one;
    one.peers = peers;
    one.repeat = repeat;
    plan.rounds.push_back(one);
    return plan;
}

std::vector<std::pair<way, std::int64_t>> peers_of(const schedule& plan, std::int64_t rank) {
    std::vector<std::pair<way, std::int64_t>> peers;
    for (const message& one : messages_of(plan, rank)) peers.emplace_back(one.way, one.peer);
    return peers;
}

TEST(messages, everyone_starts_with_the_next_rank) {
    const schedule plan = with_pattern({.kind = pattern_kind::everyone}, 4);
    EXPECT_THAT(peers_of(plan, 1),
                ElementsAre(Pair(way::send, 2), Pair(way::send, 3), Pair(way::send, 0),
                            Pair(way::receive, 0), Pair(way::receive, 3), Pair(way::receive, 2)));
}

TEST(messages, a_shift_skips_the_iteration_that_leads_to_itself) {
    const schedule plan =
        with_pattern({.kind = pattern_kind::shift, .distance = 2, .step = 1}, 3, 0, 2);
    EXPECT_THAT(peers_of(plan, 0), ElementsAre(Pair(way::send, 2), Pair(way::receive, 1)));
}

TEST(messages, a_tree_counts_from_the_root) {
    const schedule plan =
        with_pattern({.kind = pattern_kind::tree_down, .distance = 1}, 5, 3);  // v: 3 4 0 1 2
    EXPECT_THAT(peers_of(plan, 3), ElementsAre(Pair(way::send, 4)));
    EXPECT_THAT(peers_of(plan, 0), ElementsAre(Pair(way::send, 1)));
    EXPECT_THAT(peers_of(plan, 1), ElementsAre(Pair(way::receive, 0)));
    EXPECT_THAT(peers_of(plan, 2), ElementsAre());
}

TEST(messages, pairs_leave_the_last_of_an_odd_number_idle) {
    const schedule plan = with_pattern({.kind = pattern_kind::even_odd}, 3);
    EXPECT_THAT(peers_of(plan, 0), ElementsAre(Pair(way::send, 1)));
    EXPECT_THAT(peers_of(plan, 1), ElementsAre(Pair(way::receive, 0)));
    EXPECT_THAT(peers_of(plan, 2), ElementsAre());
}

TEST(messages, a_chain_receives_before_it_sends_on) {
    const schedule plan = with_pattern({.kind = pattern_kind::chain}, 4, 3, 2);  // v: 3 0 1 2
    EXPECT_THAT(peers_of(plan, 3), ElementsAre(Pair(way::send, 0), Pair(way::send, 0)));
    EXPECT_THAT(peers_of(plan, 0), ElementsAre(Pair(way::receive, 3), Pair(way::send, 1),
                                               Pair(way::receive, 3), Pair(way::send, 1)));
    EXPECT_THAT(peers_of(plan, 2), ElementsAre(Pair(way::receive, 1), Pair(way::receive, 1)));
}

TEST(messages, two_trees_take_turns) {
    const schedule plan =
        with_pattern({.kind = pattern_kind::two_trees_down}, 6, 0, 2);  // 0; 1 .. 5 in trees
    EXPECT_THAT(peers_of(plan, 4), ElementsAre(Pair(way::receive, 0), Pair(way::send, 2),
                                               Pair(way::send, 5), Pair(way::receive, 3)));
    EXPECT_THAT(peers_of(plan, 3), ElementsAre(Pair(way::receive, 2), Pair(way::receive, 5),
                                               Pair(way::send, 2), Pair(way::send, 4)));
    EXPECT_THAT(peers_of(plan, 0), ElementsAre(Pair(way::send, 4), Pair(way::send, 5)));
}

TEST(messages, hosts_and_rails_are_numbered_by_themselves) {
    schedule plan = with_pattern({.kind = pattern_kind::shift, .among = scope::rail}, 6);
    plan.ranks_per_host = 2;
    EXPECT_THAT(peers_of(plan, 5), ElementsAre(Pair(way::send, 1), Pair(way::receive, 3)));
    plan.rounds[0].peers = {.kind = pattern_kind::everyone, .among = scope::host};
    EXPECT_THAT(peers_of(plan, 3), ElementsAre(Pair(way::send, 2), Pair(way::receive, 2)));
    plan.root = 5;
    plan.rounds[0].peers = {.kind = pattern_kind::from_root, .among = scope::root_host};
    EXPECT_THAT(peers_of(plan, 5), ElementsAre(Pair(way::send, 4)));
    EXPECT_THAT(peers_of(plan, 4), ElementsAre(Pair(way::receive, 5)));
    EXPECT_THAT(peers_of(plan, 3), ElementsAre());
}

TEST(moves, stride_and_count_by_host_and_lane) {
    schedule plan = with_pattern({.kind = pattern_kind::shift, .among = scope::rail}, 6);
    plan.ranks_per_host = 2;
    plan.input_blocks = 6;
    plan.output_blocks = 6;
    move one;
    one.source = {.first = {.sender = 1}, .count = 2, .stride = 2};
    one.target = {
        .first = {.sender = 1, .iteration = -1, .modulus = 3, .by_host = true, .sender_lane = 3},
        .count = 2};
    plan.rounds[0].moves.push_back(one);
    std::vector<std::pair<std::int64_t, std::int64_t>> blocks;
    for (const block_move& each : moves_of(plan, plan.rounds[0], 1, 3, 5)) {
        blocks.emplace_back(each.source_block, each.target_block);
    }
    EXPECT_THAT(blocks, ElementsAre(Pair(3, 3), Pair(5, 4)));  // host 1 - iteration 1, lane 1
}

TEST(moves, wrap_and_select_bits) {
    schedule plan = with_pattern({.kind = pattern_kind::shift}, 5);
    plan.input_blocks = 5;
    plan.output_blocks = 5;
    plan.scratch_blocks = 10;
    move one;
    one.source = {.first = {.sender = 1}, .count = 5, .bit = 1};
    one.target_space = space::scratch;
    one.target = {.count = 5, .bit = 1, .base = 5};
    plan.rounds[0].moves.push_back(one);
    std::vector<std::pair<std::int64_t, std::int64_t>> blocks;
    for (const block_move& each : moves_of(plan, plan.rounds[0], 0, 4, 0)) {
        blocks.emplace_back(each.source_block, each.target_block);
    }
    EXPECT_THAT(blocks, ElementsAre(Pair(1, 7), Pair(2, 8)));  // offsets 2 and 3 from block 4
}

TEST(even_blocks, cover_the_message_in_order) {
    const block_layout layout = even_blocks(11, 4);
    std::uint64_t end = 0;
    for (std::int64_t block = 0; block < 4; ++block) {
        const extent one = layout(space::input, 3, block);
        EXPECT_EQ(one.offset, end);
        EXPECT_EQ(one.count, block < 3 ? 3u : 2u);
        end += one.count;
        EXPECT_EQ(layout(space::scratch, 0, block).offset, 3u * static_cast<unsigned>(block));
        EXPECT_EQ(layout(space::scratch, 0, block).count, 3u);
    }
    EXPECT_EQ(end, 11u);
    EXPECT_THROW((void)even_blocks(11, 0), usage_error);
}

TEST(compiled, neighbouring_blocks_are_one_piece) {
    const schedule plan = make_schedule(
        {.kind = operation_kind::all_reduce, .algorithm = "halving_doubling", .ranks = 8});
    const std::vector<transfer> transfers = compile(plan, 5, even_blocks(1001, 8));
    for (const transfer& one : transfers) EXPECT_TRUE(one.ends_message);
    EXPECT_EQ(transfers.size(), messages_of(plan, 5).size());
    EXPECT_EQ(transfers.front().way, way::local);
    EXPECT_EQ(transfers.front().source_offset, 501u);  // 126 + 125 x 3
    EXPECT_EQ(transfers.front().count, 500u);
}

TEST(compiled, an_empty_message_stays_and_an_empty_copy_goes) {
    const schedule plan =
        make_schedule({.kind = operation_kind::all_gather, .algorithm = "direct", .ranks = 3});
    const std::vector<transfer> transfers = compile(plan, 0, equal_blocks(0));
    ASSERT_EQ(transfers.size(), 4u);
    for (const transfer& one : transfers) {
        EXPECT_NE(one.way, way::local);
        EXPECT_TRUE(one.ends_message);
        EXPECT_EQ(one.count, 0u);
    }
}

// So a two-sided transport can pair the pieces one to one.
TEST(compiled, both_sides_of_a_message_get_the_same_pieces) {
    using piece = std::tuple<std::int32_t, bool, bool, action, space, space, std::uint64_t,
                             std::uint64_t, std::uint64_t>;
    for (const std::int64_t n : {2, 3, 6, 7, 8}) {
        for (const schedule_request& request : all_requests(n)) {
            const schedule plan = make_schedule(request);
            const block_layout layout =
                plan.input_blocks == plan.output_blocks &&
                        request.kind != operation_kind::all_to_all
                    ? even_blocks(37, std::max<std::int64_t>(1, plan.input_blocks))
                    : equal_blocks(5);
            const auto ranks = static_cast<std::size_t>(n);
            std::vector<std::vector<piece>> sent(ranks * ranks);
            std::vector<std::vector<piece>> received(ranks * ranks);
            for (std::size_t rank = 0; rank < ranks; ++rank) {
                for (const transfer& t : compile(plan, static_cast<std::int64_t>(rank), layout)) {
                    const auto peer = static_cast<std::size_t>(t.peer);
                    const piece one{t.round,         t.put,           t.ends_message,
                                    t.what,          t.source_space,  t.target_space,
                                    t.source_offset, t.target_offset, t.count};
                    if (t.way == way::send) sent[rank * ranks + peer].push_back(one);
                    if (t.way == way::receive) received[peer * ranks + rank].push_back(one);
                }
            }
            EXPECT_EQ(sent, received) << title(request);
        }
    }
}

TEST(scratch, is_what_the_rank_uses) {
    const schedule plan =
        make_schedule({.kind = operation_kind::gather, .algorithm = "binomial", .ranks = 8});
    const block_layout layout = equal_blocks(10);
    EXPECT_EQ(scratch_elements(plan, 0, layout), 0u);
    EXPECT_EQ(scratch_elements(plan, 1, layout), 0u);
    EXPECT_EQ(scratch_elements(plan, 2, layout), 20u);
    EXPECT_EQ(scratch_elements(plan, 4, layout), 40u);
}

TEST(algorithms, unknown_names_are_refused_with_the_nearest) {
    try {
        (void)make_schedule({.kind = operation_kind::all_reduce, .algorithm = "rign", .ranks = 4});
        FAIL();
    } catch (const usage_error& fault) {
        EXPECT_THAT(fault.what(), testing::HasSubstr("all_reduce has no algorithm 'rign'"));
        EXPECT_THAT(fault.what(), testing::HasSubstr("did you mean 'ring'"));
    }
}

TEST(algorithms, what_does_not_apply_is_refused_with_the_reason) {
    EXPECT_THROW(
        (void)make_schedule(
            {.kind = operation_kind::all_gather, .algorithm = "recursive_doubling", .ranks = 6}),
        capability_error);
    for (const operation_kind kind : all_operation_kinds) {
        for (const std::string& name : algorithms_for(kind, 4)) {
            const schedule_request request{
                .kind = kind, .algorithm = name, .ranks = 4, .in_place = true};
            if (offered_in_place(kind)) {
                EXPECT_NO_THROW((void)make_schedule(request)) << title(request);
            } else {
                EXPECT_THROW((void)make_schedule(request), capability_error) << title(request);
            }
        }
    }
    EXPECT_THROW(
        (void)make_schedule(
            {.kind = operation_kind::broadcast, .algorithm = "direct", .ranks = 4, .root = 4}),
        usage_error);
    EXPECT_THROW(
        (void)make_schedule({.kind = operation_kind::broadcast, .algorithm = "direct", .ranks = 0}),
        usage_error);
}

TEST(algorithms, hosts_that_do_not_fit_are_refused_with_the_reason) {
    const auto refusal = [](std::int64_t ranks, std::int64_t ranks_per_host) -> std::string {
        try {
            (void)make_schedule({.kind = operation_kind::all_reduce,
                                 .algorithm = "hierarchical_ring",
                                 .ranks = ranks,
                                 .ranks_per_host = ranks_per_host});
        } catch (const capability_error& fault) {
            return fault.what();
        }
        return "granted";
    };
    EXPECT_THAT(refusal(8, 0), testing::HasSubstr("it is not known"));
    EXPECT_THAT(refusal(8, 1), testing::HasSubstr("not to 8 ranks with 1 a host"));
    EXPECT_THAT(refusal(8, 3), testing::HasSubstr("not to 8 ranks with 3 a host"));
    EXPECT_THAT(refusal(8, 8), testing::HasSubstr("not to 8 ranks with 8 a host"));
    EXPECT_EQ(refusal(8, 4), "granted");
    EXPECT_THROW(
        (void)make_schedule(
            {.kind = operation_kind::broadcast, .algorithm = "chain", .ranks = 4, .segments = -1}),
        usage_error);
}

TEST(algorithms, a_pipeline_has_the_segments_that_were_asked_for) {
    EXPECT_TRUE(is_pipelined(operation_kind::broadcast, "chain"));
    EXPECT_FALSE(is_pipelined(operation_kind::broadcast, "binomial"));
    const schedule_request request{
        .kind = operation_kind::broadcast, .algorithm = "chain", .ranks = 3, .segments = 70};
    EXPECT_EQ(make_schedule(request).input_blocks, 70);
    EXPECT_EQ(messages_of(make_schedule(request), 2).size(), 70u);
}

TEST(algorithms, every_kind_has_one_for_any_number_of_ranks) {
    for (const operation_kind kind : all_operation_kinds) {
        if (is_device_kind(kind)) {
            EXPECT_TRUE(known_algorithms(kind).empty()) << name_of(kind);
            continue;
        }
        for (std::int64_t n = 1; n < 70; ++n) EXPECT_FALSE(algorithms_for(kind, n).empty());
        EXPECT_GE(known_algorithms(kind).size(), algorithms_for(kind, 7).size());
    }
}

// O(rounds), whatever the number of ranks.
TEST(algorithms, descriptions_stay_short) {
    constexpr std::int64_t ranks = 1 << 20;
    for (const operation_kind kind : all_operation_kinds) {
        for (const std::string& name : algorithms_for(kind, ranks, 8)) {
            const schedule plan = make_schedule(
                {.kind = kind, .algorithm = name, .ranks = ranks, .ranks_per_host = 8});
            EXPECT_LE(plan.rounds.size(), 45u) << name_of(kind) << " " << name;
            for (const round& one : plan.rounds) EXPECT_LE(one.moves.size(), 4u);
        }
    }
}

}  // namespace
}  // namespace railgauge
