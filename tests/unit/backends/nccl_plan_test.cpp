// The calls of NCCL that an operation becomes, played by all ranks on memory of the host.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_plan.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace railgauge::nccl {
namespace {

using element = std::uint32_t;

operation_spec spec_of(operation_kind kind, int root = 0, bool in_place = false, int window = 1) {
    return {.kind = kind,
            .type = dtype::uint32,
            .count = 3,
            .root = root,
            .in_place = in_place,
            .algorithm = {},
            .window = window,
            .where = memory_kind::cuda};
}

/// One rank's buffers and plan.
struct player {
    std::vector<element> input;
    std::vector<element> output;  ///< empty in place
    std::size_t into = 0;
    std::size_t out_of = 0;
    std::vector<element> sent;  ///< what the input held at first
    nccl_plan plan;

    [[nodiscard]] std::vector<element>& target() { return output.empty() ? input : output; }
};

player make_player(const operation_spec& spec, int rank, int ranks) {
    player made;
    const std::uint64_t ins = input_elements(spec, rank, ranks);
    const std::uint64_t outs = output_elements(spec, rank, ranks);
    made.into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
    made.out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
    made.input.resize(spec.in_place ? std::max(made.into + ins, made.out_of + outs) : ins + 1);
    if (!spec.in_place) made.output.resize(outs + 1);
    for (std::uint64_t i = 0; i < ins; ++i) {
        made.input[made.into + i] = static_cast<element>(rank * 1000 + static_cast<int>(i) + 1);
    }
    const auto from = made.input.begin() + static_cast<std::ptrdiff_t>(made.into);
    made.sent.assign(from, from + static_cast<std::ptrdiff_t>(ins));
    made.plan =
        make_plan(spec, rank, ranks,
                  {.input = reinterpret_cast<const std::byte*>(made.input.data() + made.into),
                   .output = reinterpret_cast<std::byte*>(made.target().data() + made.out_of)});
    return made;
}

/// Sends and receives as NCCL matches them: between two ranks in order, a group at a time. False
/// where a rank would wait for ever or counts differ.
bool play(std::vector<player>& players) {
    std::map<std::pair<int, int>, std::deque<std::vector<element>>> wires;
    std::vector<std::size_t> next(players.size());
    std::vector<bool> began(players.size());
    for (bool moved = true; moved;) {
        moved = false;
        for (std::size_t r = 0; r < players.size(); ++r) {
            const auto& groups = players[r].plan.groups;
            if (next[r] == groups.size()) continue;
            const int rank = static_cast<int>(r);
            std::map<int, std::size_t> wanted;
            for (const nccl_step& step : groups[next[r]]) {
                if (step.call == nccl_call::receive) ++wanted[step.peer];
                if (step.call != nccl_call::send || began[r]) continue;
                std::vector<element> data(step.count);
                std::memcpy(data.data(), step.from, step.count * sizeof(element));
                wires[{rank, step.peer}].push_back(std::move(data));
                moved = true;
            }
            began[r] = true;
            bool ready = true;
            for (const auto& [peer, count] : wanted) {
                const auto& wire = wires[{peer, rank}];
                ready = ready && wire.size() >= count;
            }
            if (!ready) continue;
            for (const nccl_step& step : groups[next[r]]) {
                if (step.call != nccl_call::receive) continue;
                auto& wire = wires[{step.peer, rank}];
                if (wire.front().size() != step.count) return false;
                std::memcpy(step.to, wire.front().data(), step.count * sizeof(element));
                wire.pop_front();
            }
            ++next[r];
            began[r] = false;
            moved = true;
        }
    }
    for (std::size_t r = 0; r < players.size(); ++r) {
        if (next[r] != players[r].plan.groups.size()) return false;
    }
    for (const auto& [ends, wire] : wires) {
        if (!wire.empty()) return false;
    }
    return true;
}

/// Who sends `rank` the element `at` of its output, and which of its elements; by the definitions.
std::pair<int, std::uint64_t> origin(const operation_spec& spec, int rank, int ranks,
                                     std::uint64_t at) {
    switch (spec.kind) {
        case operation_kind::gather: return {static_cast<int>(at / spec.count), at % spec.count};
        case operation_kind::scatter:
            return {spec.root, static_cast<std::uint64_t>(rank) * spec.count + at};
        case operation_kind::send_recv: return {(rank + ranks - 1) % ranks, at};
        case operation_kind::all_to_all:
        case operation_kind::all_to_all_v:
            for (int source = 0;; ++source) {
                const std::uint64_t first = receive_offset(spec, source, rank, ranks);
                if (at < first + block_elements(spec, source, rank, ranks)) {
                    return {source, send_offset(spec, source, rank, ranks) + at - first};
                }
            }
        default: return {rank ^ 1, at};
    }
}

void expect_delivered(const operation_spec& spec, int ranks) {
    std::vector<player> players;
    for (int rank = 0; rank < ranks; ++rank) players.push_back(make_player(spec, rank, ranks));
    const std::string what = std::string(name_of(spec.kind)) + " of " + std::to_string(ranks) +
                             (spec.in_place ? " in place" : "");
    ASSERT_TRUE(play(players)) << what;
    for (int rank = 0; rank < ranks; ++rank) {
        player& one = players[static_cast<std::size_t>(rank)];
        for (std::uint64_t at = 0; at < output_elements(spec, rank, ranks); ++at) {
            const auto [source, index] = origin(spec, rank, ranks, at);
            ASSERT_EQ(one.target()[one.out_of + at],
                      players[static_cast<std::size_t>(source)].sent[index])
                << what << " rank " << rank << " element " << at;
        }
    }
}

TEST(nccl_plan, sends_and_receives_deliver_what_the_operation_says) {
    for (const int ranks : {1, 2, 3, 4, 7}) {
        for (const operation_kind kind :
             {operation_kind::gather, operation_kind::scatter, operation_kind::all_to_all,
              operation_kind::all_to_all_v, operation_kind::send_recv, operation_kind::ping_pong,
              operation_kind::bidirectional, operation_kind::send}) {
            expect_delivered(spec_of(kind, is_rooted(kind) ? ranks / 2 : 0), ranks);
            if (is_rooted(kind)) expect_delivered(spec_of(kind, ranks / 2, true), ranks);
            if (takes_window(kind)) expect_delivered(spec_of(kind, 0, false, 5), ranks);
        }
    }
}

TEST(nccl_plan, groups_what_has_to_run_together_and_nothing_else) {
    const player pair = make_player(spec_of(operation_kind::send, 0, false, 16), 0, 2);
    ASSERT_EQ(pair.plan.groups.size(), 1U);
    EXPECT_EQ(pair.plan.groups[0].size(), 16U);
    const player question = make_player(spec_of(operation_kind::ping_pong), 0, 2);
    ASSERT_EQ(question.plan.groups.size(), 2U);
    EXPECT_EQ(question.plan.groups[0][0].call, nccl_call::send);
    EXPECT_EQ(make_player(spec_of(operation_kind::ping_pong), 1, 2).plan.groups[0][0].call,
              nccl_call::receive);
    EXPECT_TRUE(make_player(spec_of(operation_kind::bidirectional), 2, 3).plan.groups.empty());
}

TEST(nccl_plan, a_root_leaves_its_own_block_where_it_is_in_place) {
    EXPECT_EQ(make_player(spec_of(operation_kind::gather, 1), 1, 4).plan.groups[0].size(), 5U);
    EXPECT_EQ(make_player(spec_of(operation_kind::gather, 1, true), 1, 4).plan.groups[0].size(),
              3U);
    EXPECT_EQ(make_player(spec_of(operation_kind::scatter, 1, true), 1, 4).plan.groups[0].size(),
              3U);
    EXPECT_TRUE(make_player(spec_of(operation_kind::gather, 0, true), 0, 1).plan.groups.empty());
}

TEST(nccl_plan, collectives_are_one_call_with_nccls_own_count_and_places) {
    const std::map<operation_kind, nccl_call> calls{
        {operation_kind::all_reduce, nccl_call::all_reduce},
        {operation_kind::broadcast, nccl_call::broadcast},
        {operation_kind::reduce, nccl_call::reduce},
        {operation_kind::all_gather, nccl_call::all_gather},
        {operation_kind::reduce_scatter, nccl_call::reduce_scatter}};
    for (const auto& [kind, call] : calls) {
        for (const bool in_place : {false, true}) {
            const operation_spec spec = spec_of(kind, is_rooted(kind) ? 2 : 0, in_place);
            player one = make_player(spec, 2, 4);
            ASSERT_EQ(one.plan.groups.size(), 1U);
            ASSERT_EQ(one.plan.groups[0].size(), 1U);
            const nccl_step& step = one.plan.groups[0][0];
            EXPECT_EQ(step.call, call);
            EXPECT_EQ(step.count, 3U);
            EXPECT_EQ(step.peer, is_rooted(kind) ? 2 : 0);
            EXPECT_EQ(one.plan.type, ncclUint32);
            const auto* const start = reinterpret_cast<const std::byte*>(one.input.data());
            if (!in_place) continue;
            // As nccl.h defines in place for each.
            const bool gathers = kind == operation_kind::all_gather;
            const bool scatters = kind == operation_kind::reduce_scatter;
            EXPECT_EQ(step.from - start, gathers ? 2 * 3 * 4 : 0);
            EXPECT_EQ(step.to - start, scatters ? 2 * 3 * 4 : 0);
        }
    }
}

TEST(nccl_plan, what_nccl_has_as_a_call_is_one_where_all_ranks_have_it) {
    const std::map<operation_kind, nccl_call> calls{
        {operation_kind::all_to_all, nccl_call::all_to_all},
        {operation_kind::gather, nccl_call::gather},
        {operation_kind::scatter, nccl_call::scatter}};
    std::byte input[1];
    std::byte output[1];
    for (const auto& [kind, call] : calls) {
        const operation_spec spec = spec_of(kind, is_rooted(kind) ? 1 : 0);
        const nccl_plan plan = make_plan(spec, 0, 4, {.input = input, .output = output}, true);
        ASSERT_EQ(plan.groups.size(), 1U) << name_of(kind);
        ASSERT_EQ(plan.groups[0].size(), 1U);
        const nccl_step& step = plan.groups[0][0];
        EXPECT_EQ(step.call, call);
        EXPECT_EQ(step.from, input);
        EXPECT_EQ(step.to, output);
        EXPECT_EQ(step.count, 3U);  // a block of one rank, as NCCL counts all three
        EXPECT_EQ(step.peer, is_rooted(kind) ? 1 : 0);
    }
    const nccl_plan varying = make_plan(spec_of(operation_kind::all_to_all_v), 0, 2, {}, true);
    EXPECT_EQ(varying.groups[0].size(), 4U);
}

TEST(nccl_plan, a_barrier_reduces_one_element_of_the_scratch) {
    std::byte scratch[4] = {};
    operation_spec spec = spec_of(operation_kind::barrier);
    spec.type = dtype::int16;
    const nccl_plan plan = make_plan(spec, 0, 2, {.scratch = scratch});
    ASSERT_EQ(plan.groups.size(), 1U);
    EXPECT_EQ(plan.groups[0][0].from, scratch);
    EXPECT_EQ(plan.groups[0][0].count, 1U);
    EXPECT_EQ(plan.type, ncclInt32);
}

TEST(nccl_plan, nothing_is_sent_where_there_is_nothing_to_send) {
    for (const operation_kind kind : {operation_kind::all_reduce, operation_kind::all_to_all,
                                      operation_kind::ping_pong, operation_kind::gather}) {
        operation_spec spec = spec_of(kind);
        spec.count = 0;
        EXPECT_TRUE(make_plan(spec, 0, 2, {}).groups.empty()) << name_of(kind);
    }
}

}  // namespace
}  // namespace railgauge::nccl

#endif
