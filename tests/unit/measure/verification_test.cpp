// Whether wrong data are found, and what is said of them. The right outputs are computed here from
// all ranks' inputs, without the formulas of the code under test.
#include "harness/measure/verification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <vector>

#include "kernels/pattern.hpp"
#include "tests/unit/measure/forked_ranks.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing_doubles::plain_memory;
using testing_doubles::run_ranks;
using testing_doubles::shared_value;
using testing_doubles::told_operation;

using numbers = std::vector<std::int32_t>;
constexpr std::uint64_t seed = 7;
constexpr std::uint64_t count = 100;
constexpr int most_ranks = 3;

/// What a rank did to its right output, and what rank 0 was told.
struct outcome {
    struct damage {
        std::uint64_t wrong;
        std::uint64_t element;
        std::int32_t expected;
        std::int32_t got;
    };
    std::array<damage, most_ranks> done;
    std::uint64_t wrong_elements;
    char message[256];
};

using damaging = std::function<void(int rank, numbers& output)>;

operation_spec spec_of(operation_kind kind, bool in_place = false) {
    return {.kind = kind,
            .type = dtype::int32,
            .count = count,
            .root = 1,
            .in_place = in_place,
            .algorithm = {}};
}

/// Every rank's input, each padded to the longest that a kind has.
std::vector<numbers> inputs_of_all(world& group, const std::byte* mine, std::uint64_t elements) {
    const std::size_t longest = count * 6;
    const auto ranks = static_cast<std::size_t>(group.size());
    numbers own(longest);
    std::memcpy(own.data(), mine, elements * sizeof(std::int32_t));
    numbers all(longest * ranks);
    const std::span gathered(all.data(), group.rank() == 0 ? all.size() : 0);
    group.gather(std::as_bytes(std::span(own)), std::as_writable_bytes(gathered), 0);
    group.broadcast(std::as_writable_bytes(std::span(all)), 0);
    std::vector<numbers> result;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(rank * longest);
        result.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(longest));
    }
    return result;
}

numbers sum_of(const std::vector<numbers>& inputs, std::size_t first) {
    numbers result(count);
    for (const numbers& one : inputs) {
        for (std::size_t i = 0; i < count; ++i) result[i] += one[first + i];
    }
    return result;
}

/// Blocks from all ranks in their order; the one from s to d is 1 + (s + d) mod n units long.
numbers dealt_to(const std::vector<numbers>& inputs, std::size_t rank) {
    numbers result;
    const std::size_t n = inputs.size();
    for (std::size_t source = 0; source < n; ++source) {
        std::size_t at = 0;
        for (std::size_t to = 0; to < rank; ++to) at += count * (1 + (source + to) % n);
        const auto begin = inputs[source].begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t length = count * (1 + (source + rank) % n);
        result.insert(result.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
    }
    return result;
}

numbers right_output(operation_kind kind, const std::vector<numbers>& inputs, int rank) {
    const auto me = static_cast<std::size_t>(rank);
    if (kind == operation_kind::all_reduce) return sum_of(inputs, 0);
    if (kind == operation_kind::reduce_scatter) return sum_of(inputs, me * count);
    if (kind == operation_kind::all_to_all_v) return dealt_to(inputs, me);
    if (kind == operation_kind::broadcast) return {inputs[1].begin(), inputs[1].begin() + count};
    numbers gathered;
    for (const numbers& one : inputs) {
        gathered.insert(gathered.end(), one.begin(), one.begin() + count);
    }
    return gathered;
}

outcome::damage differences(const numbers& right, const numbers& now) {
    outcome::damage found{};
    for (std::size_t i = 0; i < right.size(); ++i) {
        if (right[i] == now[i]) continue;
        if (found.wrong++ == 0) found = {1, i, right[i], now[i]};
    }
    return found;
}

void verify_one(world& group, const operation_spec& spec, const damaging& damage, outcome& into) {
    const int rank = group.rank();
    const std::size_t bytes = count * 6 * sizeof(std::int32_t);
    plain_memory input(bytes);
    plain_memory output(bytes);
    const point_buffers buffers{&input, spec.in_place ? &input : &output};
    fill_buffers(spec, rank, group.size(), seed, buffers);
    const std::byte* from = input.data();
    std::byte* to = buffers.output->data();
    if (spec.in_place) {
        from += in_place_input_offset(spec, rank) * sizeof(std::int32_t);
        to += in_place_output_offset(spec, rank) * sizeof(std::int32_t);
    }
    const auto inputs = inputs_of_all(group, from, input_elements(spec, rank, group.size()));
    const numbers right = right_output(spec.kind, inputs, rank);
    numbers now = right;
    damage(rank, now);
    into.done[static_cast<std::size_t>(rank)] = differences(right, now);
    std::memcpy(to, now.data(), now.size() * sizeof(std::int32_t));

    const verification_result found = verify_outputs(group, spec, seed, buffers);
    if (rank != 0) return;
    into.wrong_elements = found.wrong_elements;
    found.message.copy(into.message, sizeof into.message - 1);
}

/// Expects that exactly the damage is found, and that the lowest rank's first is in the message.
/// Returns how many elements were wrong.
std::uint64_t expect_found(int ranks, const operation_spec& spec, const damaging& damage) {
    const shared_value<outcome> page;
    run_ranks(ranks, [&](world& group) { verify_one(group, spec, damage, *page); });
    std::uint64_t wrong = 0;
    for (const auto& done : page->done) wrong += done.wrong;
    EXPECT_EQ(page->wrong_elements, wrong);
    std::string text;
    for (std::size_t rank = 0; rank < page->done.size() && text.empty(); ++rank) {
        const auto& [here, element, expected, got] = page->done[rank];
        if (here == 0) continue;
        text = "wrong data: rank " + std::to_string(rank) + ", first wrong element " +
               std::to_string(element) + ": expected " + std::to_string(expected) + ", got " +
               std::to_string(got) + "; " +
               (wrong == 1 ? "1 element is" : std::to_string(wrong) + " elements are") +
               " wrong in all";
    }
    EXPECT_EQ(std::string(page->message), text);
    return wrong;
}

constexpr std::array verified_kinds{operation_kind::all_reduce, operation_kind::all_gather,
                                    operation_kind::reduce_scatter, operation_kind::broadcast,
                                    operation_kind::all_to_all_v};

TEST(verify_outputs, passes_what_is_right) {
    for (const int ranks : {2, 3}) {
        for (const operation_kind kind : verified_kinds) {
            SCOPED_TRACE(name_of(kind));
            EXPECT_EQ(expect_found(ranks, spec_of(kind), [](int, numbers&) {}), 0u);
        }
    }
}

TEST(verify_outputs, passes_what_is_right_in_place) {
    for (const operation_kind kind : {operation_kind::all_reduce, operation_kind::all_gather,
                                      operation_kind::reduce_scatter, operation_kind::broadcast}) {
        SCOPED_TRACE(name_of(kind));
        EXPECT_EQ(expect_found(3, spec_of(kind, true), [](int, numbers&) {}), 0u);
    }
}

TEST(verify_outputs, finds_a_flipped_byte) {
    const auto flip = [](int rank, numbers& output) {
        if (rank == 0) output[17] ^= 0x00400000;
    };
    for (const operation_kind kind : verified_kinds) {
        SCOPED_TRACE(name_of(kind));
        EXPECT_EQ(expect_found(2, spec_of(kind), flip), 1u);
    }
    EXPECT_EQ(expect_found(3, spec_of(operation_kind::reduce_scatter, true), flip), 1u);
}

TEST(verify_outputs, counts_over_all_ranks_and_shows_the_lowest) {
    const auto flips = [](int rank, numbers& output) {
        if (rank != 0) output[static_cast<std::size_t>(10 * rank)] ^= 1;
    };
    EXPECT_EQ(expect_found(3, spec_of(operation_kind::all_reduce), flips), 2u);
}

TEST(verify_outputs, finds_swapped_blocks) {
    const auto swap = [](int rank, numbers& output) {
        if (rank != 1) return;
        std::swap_ranges(output.begin(), output.begin() + count, output.end() - count);
    };
    EXPECT_GT(expect_found(3, spec_of(operation_kind::all_gather), swap), count);
}

TEST(verify_outputs, finds_what_was_never_written) {
    const auto poison = [](int rank, numbers& output) {
        if (rank == 0) fill_poison(std::as_writable_bytes(std::span(output)));
    };
    for (const operation_kind kind : verified_kinds) {
        SCOPED_TRACE(name_of(kind));
        EXPECT_GE(expect_found(2, spec_of(kind), poison), count);
    }
}

TEST(verify_outputs, finds_a_missing_contribution) {
    // A sum without one rank's part: the inputs of the ranks are dealt from small values, most of
    // which are not zero.
    const auto spec = spec_of(operation_kind::all_reduce);
    const auto forget = [&](int rank, numbers& output) {
        if (rank != 1) return;
        plain_memory input(count * sizeof(std::int32_t));
        plain_memory unused(count * sizeof(std::int32_t));
        fill_buffers(spec, 2, 3, seed, {&input, &unused});
        numbers part(count);
        std::memcpy(part.data(), input.data(), count * sizeof(std::int32_t));
        for (std::size_t i = 0; i < count; ++i) output[i] -= part[i];
    };
    EXPECT_GT(expect_found(3, spec, forget), 0u);
}

/// Each stream's part of the buffers is an operation of its own; `order` says whose output is left
/// in whose place.
std::uint64_t wrong_of_streams(operation_spec spec, const std::array<int, 3>& order) {
    spec.manner.streams = static_cast<int>(order.size());
    const shared_value<outcome> page;
    run_ranks(2, [&](world& group) {
        const int rank = group.rank();
        plain_memory input(count * 6 * order.size() * sizeof(std::int32_t));
        plain_memory output(input.bytes());
        const point_buffers buffers{&input, spec.in_place ? &input : &output};
        fill_buffers(spec, rank, 2, seed, buffers);
        const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
        const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
        const std::uint64_t elements = input_elements(spec, rank, 2) / order.size();
        std::vector<numbers> right;
        for (int stream = 0; stream < spec.manner.streams; ++stream) {
            const std::uint64_t at = input_start(spec, stream, rank, 2) + into;
            const auto inputs =
                inputs_of_all(group, input.data() + at * sizeof(std::int32_t), elements);
            right.push_back(right_output(spec.kind, inputs, rank));
        }
        for (std::size_t stream = 0; stream < order.size(); ++stream) {
            const numbers& now = right[static_cast<std::size_t>(order[stream])];
            const std::uint64_t at = output_start(spec, static_cast<int>(stream), rank, 2) + out_of;
            std::memcpy(buffers.output->data() + at * sizeof(std::int32_t), now.data(),
                        now.size() * sizeof(std::int32_t));
        }
        const verification_result found = verify_outputs(group, spec, seed, buffers);
        if (rank == 0) page->wrong_elements = found.wrong_elements;
    });
    return page->wrong_elements;
}

TEST(verify_outputs, streams_have_parts_of_their_own) {
    for (const operation_kind kind : verified_kinds) {
        for (const bool in_place : {false, true}) {
            if (in_place && kind == operation_kind::all_to_all_v) continue;
            SCOPED_TRACE(name_of(kind));
            const operation_spec spec = spec_of(kind, in_place);
            EXPECT_EQ(wrong_of_streams(spec, {0, 1, 2}), 0u);
            EXPECT_GT(wrong_of_streams(spec, {0, 2, 1}), count / 4);
            EXPECT_GT(wrong_of_streams(spec, {0, 1, 1}), count / 8);
        }
    }
}

struct barrier_outcome {
    std::uint64_t wrong;
    char message[256];
};

barrier_outcome barrier_verified(int ranks, const std::function<void(world&)>& what) {
    const shared_value<barrier_outcome> page;
    run_ranks(ranks, [&](world& group) {
        told_operation one([&] { what(group); });
        const verification_result found = verify_barrier(group, one);
        if (group.rank() != 0) return;
        page->wrong = found.wrong_elements;
        found.message.copy(page->message, sizeof page->message - 1);
    });
    return *page;
}

TEST(verify_barrier, passes_one_that_waits) {
    for (const int ranks : {2, 3}) {
        const auto found = barrier_verified(ranks, [](world& group) { group.barrier(); });
        EXPECT_EQ(found.wrong, 0u) << found.message;
    }
}

TEST(verify_barrier, finds_one_that_does_not_wait) {
    for (const int ranks : {2, 3}) {
        const auto found = barrier_verified(ranks, [](world&) {});
        EXPECT_EQ(found.wrong, 1u);
        EXPECT_THAT(found.message, HasSubstr("the barrier let rank "));
        EXPECT_THAT(found.message, HasSubstr(" had entered"));
    }
}

// Rank 1 gives to all; `damage` is done to rank 0's right output.
verification_result of_streams(int streams, bool in_place,
                               const std::function<void(std::int32_t* output)>& damage) {
    const shared_value<std::array<std::uint64_t, 32>> page;
    run_ranks(2, [&](world& group) {
        operation_spec spec = spec_of(operation_kind::broadcast, in_place);
        spec.manner.streams = streams;
        const std::uint64_t all = count * static_cast<std::uint64_t>(streams);
        plain_memory input(all * sizeof(std::int32_t));
        plain_memory output(all * sizeof(std::int32_t));
        memory* into = in_place ? &input : &output;
        fill_buffers(spec, group.rank(), 2, seed, {&input, into});
        const bool root = group.rank() == spec.root;
        if (root && !in_place) std::memcpy(output.data(), input.data(), input.bytes());
        group.broadcast({into->data(), all * sizeof(std::int32_t)}, spec.root);
        if (group.rank() == 0) damage(reinterpret_cast<std::int32_t*>(into->data()));
        const auto found = verify_outputs(group, spec, seed, {&input, into});
        if (group.rank() != 0) return;
        (*page)[0] = found.wrong_elements;
        std::memcpy(&(*page)[1], found.message.data(),
                    std::min<std::size_t>(found.message.size(), 240));
    });
    return {(*page)[0], reinterpret_cast<const char*>(&(*page)[1])};
}

TEST(verify_outputs, looks_at_what_every_stream_has_written) {
    for (const bool in_place : {false, true}) {
        EXPECT_EQ(of_streams(3, in_place, [](auto*) {}).wrong_elements, 0U);
        const auto last = of_streams(3, in_place, [](auto* at) { ++at[3 * count - 1]; });
        EXPECT_EQ(last.wrong_elements, 1U);
        EXPECT_THAT(last.message, HasSubstr("rank 0, first wrong element 299:"));
        // Right data in another stream's place are wrong.
        const auto swapped =
            of_streams(2, in_place, [](auto* at) { std::swap_ranges(at, at + count, at + count); });
        EXPECT_GT(swapped.wrong_elements, count);
        EXPECT_THAT(swapped.message, HasSubstr("rank 0, first wrong element"));
    }
}

}  // namespace
}  // namespace railgauge
