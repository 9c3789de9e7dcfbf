// The prover finds mistakes that are planted in schedules that were right.
#include <gmock/gmock.h>

#include <algorithm>

#include "harness/schedule/prover.hpp"
#include "tests/unit/schedule/all_algorithms.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using way = message::direction;

schedule right(operation_kind kind, const std::string& algorithm, std::int64_t ranks,
               bool in_place = false) {
    schedule plan =
        make_schedule({.kind = kind, .algorithm = algorithm, .ranks = ranks, .in_place = in_place});
    EXPECT_TRUE(prove(plan).ok) << prove(plan).what;
    return plan;
}

std::vector<std::vector<message>> all_messages(const schedule& plan) {
    std::vector<std::vector<message>> messages;
    for (std::int64_t rank = 0; rank < plan.ranks; ++rank) {
        messages.push_back(messages_of(plan, rank));
    }
    return messages;
}

void expect_fault(const proof_result& result, const std::vector<std::string>& parts) {
    EXPECT_FALSE(result.ok);
    for (const std::string& part : parts) EXPECT_THAT(result.what, HasSubstr(part));
}

TEST(planted_mistakes, a_missing_contribution) {
    schedule plan = right(operation_kind::reduce_scatter, "pairwise", 5);
    plan.rounds[1].repeat -= 1;
    expect_fault(prove(plan), {"rank 0, at the end", "output block 0 holds input block 0 of ranks",
                               "0 2 3 4, expected", "0 1 2 3 4"});
}

TEST(planted_mistakes, a_ring_that_stops_early) {
    schedule plan = right(operation_kind::all_reduce, "ring", 5);
    plan.rounds[2].repeat -= 1;
    // A block goes round though the rank before is not known to be done with it.
    expect_fault(prove(plan), {"output block", "while rank"});
}

TEST(planted_mistakes, a_contribution_left_out_by_the_starting_copy) {
    schedule plan = right(operation_kind::all_reduce, "direct", 3);
    plan.rounds.erase(plan.rounds.begin());
    expect_fault(prove(plan), {"round 0", "is reduced into output block", "(nothing)"});
}

TEST(planted_mistakes, a_doubled_contribution) {
    schedule plan = right(operation_kind::reduce_scatter, "pairwise", 4);
    plan.rounds[1].repeat = 5;  // the fifth is with the first partner again
    expect_fault(prove(plan), {"rank", "round 1 (iteration 4)", "already holds some of it"});
}

TEST(planted_mistakes, folded_ranks_that_count_twice) {
    schedule plan = right(operation_kind::all_reduce, "recursive_doubling", 6);
    const auto fold = std::find_if(plan.rounds.begin(), plan.rounds.end(), [](const round& one) {
        return one.peers.kind == pattern_kind::fold_in;
    });
    plan.rounds.insert(fold, *fold);
    expect_fault(prove(plan), {"rank 0, round 2", "scratch block 0 of rank 0", "input block 0 of"});
}

TEST(planted_mistakes, a_block_overwritten_while_a_peer_may_still_read_it) {
    // One buffer for all sums, as if a partner were known to have finished with it.
    schedule plan = right(operation_kind::all_reduce, "recursive_doubling", 8);
    std::erase_if(plan.rounds,
                  [](const round& one) { return one.peers.kind == pattern_kind::self; });
    round start;
    start.peers.kind = pattern_kind::self;
    start.moves.emplace_back();
    plan.rounds.insert(plan.rounds.begin(), start);
    for (round& one : plan.rounds) {
        if (one.peers.kind != pattern_kind::exchange) continue;
        one.moves.front().source_space = space::output;
        one.moves.front().target_space = space::output;
    }
    expect_fault(prove(plan), {"output block 0 of rank", "while rank", "round 1"});
}

TEST(planted_mistakes, reading_the_input_of_others_in_place) {
    // Right out of place; in place the input changes while others read it.
    schedule plan = right(operation_kind::all_reduce, "all_pairs", 4);
    plan.in_place = true;
    plan.rounds.erase(plan.rounds.begin());
    expect_fault(prove(plan), {"round 0", "block 0 of rank", "while rank"});
}

TEST(planted_mistakes, scratch_used_again_too_early) {
    schedule plan = right(operation_kind::all_to_all, "bruck", 8);
    for (round& one : plan.rounds) {
        for (move& each : one.moves) {
            if (each.target.base == 16) each.target.base = 0;
            if (each.source.base == 16) each.source.base = 0;
        }
    }
    expect_fault(prove(plan), {"scratch block", "while rank"});
}

TEST(planted_mistakes, a_put_into_memory_that_is_not_known_to_be_free) {
    schedule plan = right(operation_kind::all_gather, "direct", 3);
    plan.rounds[0].put = true;
    expect_fault(prove(plan), {"rank 0, round 0", "output block 0 of rank 1", "rank 1",
                               "may not have entered the operation"});
}

TEST(planted_mistakes, a_put_over_what_another_rank_still_reads) {
    // In place each rank may write its result to the others only after they all have offered their
    // inputs; here the second half of the ranks is not waited for.
    schedule plan = right(operation_kind::all_reduce, "direct", 3, true);
    auto messages = all_messages(plan);
    auto& mine = messages[0];
    const auto late = std::find_if(mine.begin(), mine.end(), [](const message& one) {
        return one.way == way::receive && one.round == 0 && one.peer == 1;
    });
    const auto put = std::find_if(mine.begin(), mine.end(), [](const message& one) {
        return one.way == way::send && one.put;
    });
    std::iter_swap(late, put);
    expect_fault(prove(plan, messages), {"rank 0, round 1", "of rank 1", "while rank 1"});
}

TEST(planted_mistakes, a_deadlock) {
    const schedule plan = right(operation_kind::all_gather, "ring", 4);
    auto messages = all_messages(plan);
    for (auto& mine : messages) {
        // Receives before sends, all around the ring.
        for (std::size_t i = 0; i + 1 < mine.size(); ++i) {
            if (mine[i].way == way::send && mine[i + 1].way == way::receive) {
                std::swap(mine[i], mine[i + 1]);
                ++i;
            }
        }
    }
    expect_fault(prove(plan, messages),
                 {"rank 0 (round 1) for rank 3, rank 3 (round 1) for rank 2"});
}

TEST(planted_mistakes, a_message_that_is_never_sent) {
    const schedule plan = right(operation_kind::barrier, "dissemination", 5);
    auto messages = all_messages(plan);
    std::erase_if(messages[2],
                  [](const message& one) { return one.way == way::send && one.round == 1; });
    expect_fault(prove(plan, messages), {"waits for ever", "rank 4 (round 1) for rank 2"});
}

TEST(planted_mistakes, a_leftover_message) {
    const schedule plan = right(operation_kind::gather, "direct", 4);
    auto messages = all_messages(plan);
    messages[3].push_back(messages[3].back());
    expect_fault(prove(plan, messages), {"rank 3, round 1", "to rank 0", "is never received"});
}

TEST(planted_mistakes, messages_received_in_another_order) {
    const schedule plan = right(operation_kind::all_gather, "ring", 3);
    auto messages = all_messages(plan);
    auto& mine = messages[1];
    std::swap(mine[2], mine[4]);
    expect_fault(prove(plan, messages),
                 {"rank 1, round 1 (iteration 1)", "what rank 0 sent in round 1 (iteration 0)"});
}

TEST(planted_mistakes, a_barrier_that_does_not_wait_for_all) {
    schedule plan = right(operation_kind::barrier, "dissemination", 9);
    plan.rounds.pop_back();
    expect_fault(prove(plan), {"rank 0", "leaves the barrier though rank 1"});
}

TEST(planted_mistakes, a_block_in_the_wrong_place) {
    schedule plan = right(operation_kind::all_to_all, "pairwise", 4);
    plan.rounds[1].moves[0].source.first = {.receiver = 1, .constant = 1};
    expect_fault(prove(plan), {"rank 0, at the end", "output block 1", "expected input block 0"});
}

TEST(planted_mistakes, a_written_input) {
    schedule plan = right(operation_kind::reduce_scatter, "direct", 3);
    plan.rounds[1].moves[0].target_space = space::input;
    expect_fault(prove(plan), {"round 1", "is an input and is written"});
}

TEST(planted_mistakes, an_output_that_only_the_root_has) {
    schedule plan = right(operation_kind::reduce, "binomial", 4);
    for (round& one : plan.rounds) {
        for (move& each : one.moves) {
            if (each.target_space == space::scratch) each.target_space = space::output;
        }
    }
    expect_fault(prove(plan), {"output block 0 of rank", "does not exist"});
}

TEST(planted_mistakes, blocks_beyond_the_scratch) {
    schedule plan = right(operation_kind::all_to_all, "bruck", 8);
    plan.scratch_blocks -= 1;
    expect_fault(prove(plan), {"scratch block 23", "does not exist"});
}

TEST(planted_mistakes, overlapping_moves_of_one_message) {
    schedule plan = right(operation_kind::all_gather, "bruck", 4, true);
    round& first = plan.rounds.front();
    first.moves.push_back(first.moves.front());
    expect_fault(prove(plan), {"round 0", "is touched twice by one message"});
}

TEST(planted_mistakes, a_number_of_blocks_that_does_not_fit_the_kind) {
    schedule plan = right(operation_kind::all_gather, "ring", 4);
    plan.output_blocks = 3;
    expect_fault(prove(plan), {"all_gather has 1 input and 4 output blocks, not 1 and 3"});
}

schedule right_on_hosts(operation_kind kind, const std::string& algorithm, std::int64_t ranks,
                        std::int64_t ranks_per_host) {
    schedule plan = make_schedule(
        {.kind = kind, .algorithm = algorithm, .ranks = ranks, .ranks_per_host = ranks_per_host});
    EXPECT_TRUE(prove(plan).ok) << prove(plan).what;
    return plan;
}

TEST(planted_mistakes, a_chain_that_sends_before_it_receives) {
    const schedule plan = right(operation_kind::broadcast, "chain", 3);
    auto messages = all_messages(plan);
    std::swap(messages[1][0], messages[1][1]);
    expect_fault(prove(plan, messages),
                 {"rank 2, round 0 (iteration 0)", "output block 0 of rank 1",
                  "rank 1 may still write it in round 0"});
    std::rotate(messages[1].begin(), messages[1].begin() + 1, messages[1].end());
    EXPECT_FALSE(prove(plan, messages).ok);
}

TEST(planted_mistakes, a_tree_that_passes_on_before_a_child_is_summed) {
    const schedule plan = right(operation_kind::all_reduce, "double_binary_tree", 6);
    auto messages = all_messages(plan);
    auto& mine = messages[4];  // in the first tree it has children 2 and 5
    const auto to_parent = std::find_if(mine.begin(), mine.end(), [](const message& one) {
        return one.way == way::send && one.round == 1;
    });
    std::iter_swap(to_parent, to_parent - 1);
    expect_fault(prove(plan, messages), {"round 1 (iteration 0)", "output block 0 of rank 4"});
}

TEST(planted_mistakes, a_leaf_that_offers_what_it_never_summed) {
    schedule plan = right(operation_kind::reduce, "double_binary_tree", 7);
    std::vector<move>& moves = plan.rounds[1].moves;
    std::erase_if(moves, [](const move& one) { return one.and_when == condition::not_from_leaf; });
    for (move& one : moves) one.and_when = condition::always;  // their inputs: too few
    expect_fault(prove(plan), {"at the end", "output block 0 holds"});
    for (move& one : moves) {
        one.source_space = space::scratch;
        one.keeps_number = true;
    }
    expect_fault(prove(plan), {"scratch block", "holds nothing"});
}

TEST(planted_mistakes, scratch_to_scratch_without_a_number) {
    schedule plan = right(operation_kind::reduce, "double_binary_tree", 7);
    for (move& one : plan.rounds[1].moves) one.keeps_number = false;
    expect_fault(prove(plan), {"different sizes cannot go from scratch to scratch"});
}

TEST(planted_mistakes, scratch_to_scratch_with_a_wrong_number) {
    schedule plan = right(operation_kind::reduce, "double_binary_tree", 7);
    plan.scratch_blocks += 1;
    for (round& one : plan.rounds) {
        for (move& each : one.moves) {
            if (each.source_space == space::scratch) each.source.first.constant += 1;
            if (each.target_space == space::scratch) each.target.first.constant += 1;
        }
    }
    expect_fault(prove(plan), {"is moved as block"});
}

TEST(planted_mistakes, a_rail_that_wraps_at_another_number_of_hosts) {
    for (const std::int64_t wrong : {2, 4}) {
        schedule plan = right_on_hosts(operation_kind::all_reduce, "hierarchical_ring", 6, 2);
        for (round& one : plan.rounds) {
            for (move& each : one.moves) {
                if (each.source.first.modulus == 3) each.source.first.modulus = wrong;
                if (each.target.first.modulus == 3) each.target.first.modulus = wrong;
            }
        }
        EXPECT_FALSE(prove(plan).ok) << wrong;
    }
}

TEST(planted_mistakes, hosts_of_another_size_than_was_planned) {
    for (const char* algorithm : {"hierarchical_ring", "hierarchical_tree"}) {
        schedule plan = right_on_hosts(operation_kind::all_reduce, algorithm, 12, 3);
        plan.ranks_per_host = 4;
        EXPECT_FALSE(prove(plan).ok) << algorithm;
    }
}

TEST(planted_mistakes, a_host_that_scatters_though_the_root_is_elsewhere) {
    schedule plan = right_on_hosts(operation_kind::broadcast, "hierarchical_tree", 6, 2);
    plan.rounds[0].peers.among = scope::host;
    expect_fault(prove(plan), {"round 0", "input block", "does not exist"});
}

TEST(planted_mistakes, a_put_to_the_host_that_nobody_announced) {
    schedule plan = right_on_hosts(operation_kind::broadcast, "hierarchical_ring", 8, 4);
    plan.rounds[2].put = true;
    expect_fault(prove(plan), {"round 2", "may not have entered the operation"});
}

TEST(planted_mistakes, gathered_blocks_with_a_wrong_stride) {
    schedule plan = right_on_hosts(operation_kind::all_gather, "hierarchical_ring", 8, 2);
    plan.rounds[2].moves[0].source.stride = 1;
    EXPECT_FALSE(prove(plan).ok);
    plan.rounds[2].moves[0].target.stride = 1;
    EXPECT_FALSE(prove(plan).ok);
}

// Every round matters: without any one of them, or with an iteration less, a schedule is wrong.
TEST(planted_mistakes, any_round_left_out) {
    for (const std::int64_t ranks : {4, 7}) {
        for (const schedule_request& request : all_requests(ranks)) {
            const schedule plan = make_schedule(request);
            for (std::size_t i = 0; i < plan.rounds.size(); ++i) {
                schedule mutant = plan;
                mutant.rounds.erase(mutant.rounds.begin() + static_cast<std::ptrdiff_t>(i));
                EXPECT_FALSE(prove(mutant).ok) << title(request) << " without round " << i;
                if (plan.rounds[i].repeat == 1) continue;
                mutant = plan;
                --mutant.rounds[i].repeat;
                EXPECT_FALSE(prove(mutant).ok) << title(request) << " with a shorter round " << i;
            }
        }
    }
}

// All block moves of all ranks, in order, as text.
std::string moves_everywhere(const schedule& plan) {
    std::string text;
    for (std::int64_t rank = 0; rank < plan.ranks; ++rank) {
        for (const message& one : messages_of(plan, rank)) {
            if (one.way == way::receive) continue;
            const round& step = plan.rounds[static_cast<std::size_t>(one.round)];
            for (const block_move& each : moves_of(plan, step, one.iteration, rank, one.peer)) {
                for (const std::int64_t number :
                     {rank, one.peer, static_cast<std::int64_t>(each.source_space),
                      each.source_block, static_cast<std::int64_t>(each.target_space),
                      each.target_block}) {
                    text += std::to_string(number) + " ";
                }
            }
        }
    }
    return text;
}

// And so does every block's place.
TEST(planted_mistakes, any_block_index_off_by_one) {
    for (const schedule_request& request : all_requests(6)) {
        const schedule plan = make_schedule(request);
        for (std::size_t i = 0; i < plan.rounds.size(); ++i) {
            for (std::size_t j = 0; j < plan.rounds[i].moves.size(); ++j) {
                for (const bool at_source : {true, false}) {
                    schedule mutant = plan;
                    move& one = mutant.rounds[i].moves[j];
                    (at_source ? one.source : one.target).first.constant += 1;
                    if (moves_everywhere(mutant) == moves_everywhere(plan)) continue;
                    EXPECT_FALSE(prove(mutant).ok)
                        << title(request) << (at_source ? " source" : " target") << " of round "
                        << i << ", move " << j;
                }
            }
        }
    }
}

}  // namespace
}  // namespace railgauge
