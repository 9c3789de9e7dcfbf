// The copies that an operation becomes, played by all ranks on memory of the host.
#ifdef RAILGAUGE_HAS_CUDA
#include "harness/backends/cuda/copy_plan.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <vector>

namespace railgauge::cuda {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using element = std::uint32_t;

operation_spec spec_of(operation_kind kind, const std::string& algorithm) {
    return {.kind = kind,
            .type = dtype::uint32,
            .count = 3,
            .algorithm = algorithm,
            .where = memory_kind::cuda};
}

/// What element `i` of a rank's input is.
element given(int rank, std::uint64_t i) {
    return static_cast<element>(1000 * (rank + 1)) + static_cast<element>(i);
}

/// All ranks' buffers, before and after the copies of all their plans.
struct stage {
    explicit stage(const operation_spec& spec, int ranks) : spec_(spec), ranks_(ranks) {
        for (int rank = 0; rank < ranks; ++rank) {
            const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
            const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
            const std::uint64_t ins = input_elements(spec, rank, ranks);
            const std::uint64_t outs = output_elements(spec, rank, ranks);
            std::vector<element> input(spec.in_place ? std::max(into + ins, out_of + outs) : ins);
            for (std::uint64_t i = 0; i < ins; ++i) input[into + i] = given(rank, i);
            buffers_[{rank, buffer_role::input}] = std::move(input);
            if (!spec.in_place) buffers_[{rank, buffer_role::output}].resize(outs);
        }
        for (int rank = 0; rank < ranks; ++rank) play(rank);
    }

    void play(int rank) {
        const copy_plan plan = make_copy_plan(spec_, rank, ranks_);
        for (const transfer& one : plan.transfers) {
            ++copies;
            EXPECT_TRUE(one.from.rank == rank || one.to.rank == rank);
            EXPECT_LT(one.lane, plan.lanes);
            std::vector<element>& from = buffers_.at({one.from.rank, one.from.of});
            std::vector<element>& to = buffers_.at({one.to.rank, one.to.of});
            ASSERT_LE(one.from.offset + one.bytes, from.size() * sizeof(element));
            ASSERT_LE(one.to.offset + one.bytes, to.size() * sizeof(element));
            std::memcpy(reinterpret_cast<std::byte*>(to.data()) + one.to.offset,
                        reinterpret_cast<const std::byte*>(from.data()) + one.from.offset,
                        one.bytes);
        }
    }

    /// Element `i` of the rank's output.
    [[nodiscard]] element got(int rank, std::uint64_t i) const {
        if (!spec_.in_place) return buffers_.at({rank, buffer_role::output}).at(i);
        return buffers_.at({rank, buffer_role::input}).at(in_place_output_offset(spec_, rank) + i);
    }

    int copies = 0;

private:
    operation_spec spec_;
    int ranks_;
    std::map<std::pair<int, buffer_role>, std::vector<element>> buffers_;
};

/// What the operation promises, from its definition.
element promised(const operation_spec& spec, int rank, int ranks, std::uint64_t i) {
    const std::uint64_t block = i / spec.count;
    const auto own = static_cast<std::uint64_t>(rank) * spec.count;
    switch (spec.kind) {
        case operation_kind::broadcast: return given(spec.root, i);
        case operation_kind::scatter: return given(spec.root, own + i);
        case operation_kind::gather:
        case operation_kind::all_gather: return given(static_cast<int>(block), i % spec.count);
        case operation_kind::all_to_all:
            return given(static_cast<int>(block), own + i % spec.count);
        case operation_kind::all_to_all_v: {
            // Walk through the sources' blocks to the one that holds element i.
            std::uint64_t before = 0;
            for (int source = 0;; ++source) {
                const std::uint64_t size = block_elements(spec, source, rank, ranks);
                if (i < before + size) {
                    return given(source, send_offset(spec, source, rank, ranks) + i - before);
                }
                before += size;
            }
        }
        case operation_kind::send_recv: return given((rank + ranks - 1) % ranks, i);
        case operation_kind::send:
        case operation_kind::put:
        case operation_kind::get:
        case operation_kind::bidirectional: return given(rank ^ 1, i);
        default: return given(rank, i);
    }
}

bool writes_output(const operation_spec& spec, int rank) {
    return spec.kind != operation_kind::broadcast || rank != spec.root;
}

void expect_delivered(const operation_spec& spec, int ranks) {
    const stage played(spec, ranks);
    for (int rank = 0; rank < ranks; ++rank) {
        if (!writes_output(spec, rank)) continue;
        for (std::uint64_t i = 0; i < output_elements(spec, rank, ranks); ++i) {
            ASSERT_EQ(played.got(rank, i), promised(spec, rank, ranks, i))
                << name_of(spec.kind) << ' ' << spec.algorithm << " of " << ranks << " ranks, rank "
                << rank << ", element " << i << (spec.in_place ? " in place" : "");
        }
    }
}

TEST(copy_plan, every_kind_and_method_delivers) {
    int kinds = 0;
    for (const operation_kind kind : all_operation_kinds) {
        const std::vector<std::string> methods = copy_methods(kind);
        kinds += methods.empty() ? 0 : 1;
        for (const std::string& method : methods) {
            for (int ranks = 1; ranks <= 5; ++ranks) {
                if (ranks == 1 && is_pairwise(kind)) continue;
                operation_spec spec = spec_of(kind, method);
                if (is_rooted(kind)) spec.root = ranks / 2;
                expect_delivered(spec, ranks);
                if (!takes_window(kind)) continue;
                spec.window = 4;
                expect_delivered(spec, ranks);
            }
        }
    }
    EXPECT_EQ(kinds, 15);
}

TEST(copy_plan, in_place_only_foreign_blocks_move) {
    for (const operation_kind kind :
         {operation_kind::gather, operation_kind::scatter, operation_kind::all_gather,
          operation_kind::broadcast, operation_kind::put, operation_kind::get}) {
        operation_spec spec = spec_of(kind, "");
        spec.in_place = true;
        if (is_rooted(kind)) spec.root = 1;
        expect_delivered(spec, 4);
    }
    operation_spec spec = spec_of(operation_kind::gather, "");
    spec.in_place = true;
    EXPECT_EQ(stage(spec, 4).copies, 3);
    spec.in_place = false;
    EXPECT_EQ(stage(spec, 4).copies, 4);
}

TEST(copy_plan, who_copies_is_what_the_method_says) {
    const auto copiers = [](operation_kind kind, const std::string& method) {
        std::vector<int> ranks;
        for (int rank = 0; rank < 4; ++rank) {
            if (!make_copy_plan(spec_of(kind, method), rank, 4).transfers.empty()) {
                ranks.push_back(rank);
            }
        }
        return ranks;
    };
    EXPECT_THAT(copiers(operation_kind::gather, "copy_engine"), ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(copiers(operation_kind::gather, "copy_engine_read"), ElementsAre(0));
    EXPECT_THAT(copiers(operation_kind::scatter, "sm"), ElementsAre(0));
    EXPECT_THAT(copiers(operation_kind::scatter, "sm_read"), ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(copiers(operation_kind::put, ""), ElementsAre(0, 2));
    EXPECT_THAT(copiers(operation_kind::get, ""), ElementsAre(0, 2));
    EXPECT_THAT(copiers(operation_kind::send, "sm_read"), ElementsAre(1, 3));
}

TEST(copy_plan, peers_have_lanes_of_their_own_as_far_as_they_reach) {
    const auto lanes = [](int ranks) {
        const copy_plan plan =
            make_copy_plan(spec_of(operation_kind::all_gather, ""), ranks - 1, ranks);
        std::set<int> used;
        for (const transfer& one : plan.transfers) used.insert(one.lane);
        EXPECT_EQ(static_cast<int>(used.size()), plan.lanes);
        return plan;
    };
    EXPECT_EQ(lanes(8).lanes, 8);
    EXPECT_EQ(lanes(8).longest_lane(), 1);
    EXPECT_EQ(lanes(40).lanes, most_lanes);
    EXPECT_EQ(lanes(40).longest_lane(), 3);
    const copy_plan both = make_copy_plan(spec_of(operation_kind::host_device_both, ""), 0, 1);
    EXPECT_EQ(both.lanes, 2);
    ASSERT_EQ(both.transfers.size(), 2u);
    EXPECT_EQ(both.transfers[1].from.offset, 12u);
}

TEST(copy_plan, methods_and_their_names) {
    EXPECT_THAT(copy_methods(operation_kind::all_reduce), IsEmpty());
    EXPECT_THAT(copy_methods(operation_kind::barrier), IsEmpty());
    EXPECT_THAT(copy_methods(operation_kind::host_latency), IsEmpty());
    EXPECT_THAT(copy_methods(operation_kind::host_to_device), ElementsAre("copy_engine", "sm"));
    EXPECT_EQ(method_from(operation_kind::put, "sm_read"), std::nullopt);
    EXPECT_EQ(method_from(operation_kind::put, ""), copy_method{});
    EXPECT_EQ(method_from(operation_kind::get, "sm"),
              (copy_method{.by_processors = true, .reads = true}));
    EXPECT_EQ(method_from(operation_kind::all_reduce, ""), std::nullopt);
}

}  // namespace
}  // namespace railgauge::cuda

#endif
