// Every algorithm on real arrays, compiled, with counts that ranks do not divide.
#include <gtest/gtest.h>

#include "tests/unit/schedule/all_algorithms.hpp"
#include "tests/unit/schedule/interpreter.hpp"

namespace railgauge {
namespace {

constexpr std::int64_t poison = -1'000'000'007;

// Element `index` of what rank `rank` contributes. Different for all, and so are their sums.
std::int64_t element(std::int64_t rank, std::uint64_t index) {
    return (rank + 1) * 1'000'003 + static_cast<std::int64_t>(index) * 7919 * (rank + 3);
}

bool whole_message(operation_kind kind) {
    return kind == operation_kind::all_reduce || kind == operation_kind::broadcast ||
           kind == operation_kind::reduce || kind == operation_kind::send_recv || is_pairwise(kind);
}

// all_to_all_v: rank s sends count x (1 + (s + d) mod n) elements to d.
std::uint64_t v_elements(std::int64_t s, std::int64_t d, std::int64_t n, std::uint64_t count) {
    return count * static_cast<std::uint64_t>(1 + (s + d) % n);
}
std::uint64_t v_offset(std::int64_t s, std::int64_t d, std::int64_t n, std::uint64_t count) {
    std::uint64_t sum = 0;
    for (std::int64_t before = 0; before < d; ++before) sum += v_elements(s, before, n, count);
    return sum;
}

class experiment {
public:
    experiment(const schedule_request& request, std::uint64_t count)
        : request_(request), plan_(make_schedule(request)), n_(request.ranks), count_(count) {}

    void run(std::uint64_t seed) {
        const block_layout layout = layout_of();
        std::vector<std::vector<transfer>> programs;
        for (std::int64_t rank = 0; rank < n_; ++rank) {
            programs.push_back(compile(plan_, rank, layout));
            memory_.push_back(fresh_memory(rank, layout));
        }
        interpreter machine(std::move(programs), memory_, seed);
        ASSERT_NO_THROW(machine.run());
        EXPECT_EQ(machine.left_over(), 0);
        for (std::int64_t rank = 0; rank < n_; ++rank) check(rank);
    }

private:
    block_layout layout_of() const {
        if (request_.kind == operation_kind::all_to_all_v) {
            return [n = n_, count = count_](space, std::int64_t rank, std::int64_t block) {
                return extent{v_offset(rank, block, n, count), v_elements(rank, block, n, count)};
            };
        }
        if (!whole_message(request_.kind)) return equal_blocks(count_);
        return even_blocks(count_, plan_.input_blocks);
    }

    std::uint64_t blocks_times_count(std::int64_t rank, std::int64_t blocks) const {
        if (request_.kind == operation_kind::all_to_all_v) return v_offset(rank, n_, n_, count_);
        if (whole_message(request_.kind)) return count_;
        return count_ * static_cast<std::uint64_t>(blocks);
    }

    bool has_input(std::int64_t rank) const {
        const bool root_only =
            request_.kind == operation_kind::broadcast || request_.kind == operation_kind::scatter;
        return request_.kind != operation_kind::barrier && (!root_only || rank == request_.root) &&
               !(one_way() && rank % 2 != source_parity());
    }
    // send, put and get: one of a pair has the input, the other the output.
    bool one_way() const {
        return request_.kind == operation_kind::send || request_.kind == operation_kind::put ||
               request_.kind == operation_kind::get;
    }
    std::int64_t source_parity() const { return request_.kind == operation_kind::get ? 1 : 0; }

    bool has_output(std::int64_t rank) const {
        const bool root_only =
            request_.kind == operation_kind::reduce || request_.kind == operation_kind::gather;
        const bool idle = is_pairwise(request_.kind) &&
                          ((rank ^ 1) >= n_ || (one_way() && rank % 2 == source_parity()));
        return request_.kind != operation_kind::barrier && !idle &&
               (!root_only || rank == request_.root);
    }

    rank_memory fresh_memory(std::int64_t rank, const block_layout& layout) const {
        rank_memory memory;
        memory.scratch.assign(scratch_elements(plan_, rank, layout), poison);
        if (has_input(rank)) memory.input.resize(blocks_times_count(rank, plan_.input_blocks));
        for (std::uint64_t i = 0; i < memory.input.size(); ++i) memory.input[i] = element(rank, i);
        if (has_output(rank)) {
            memory.output.assign(blocks_times_count(rank, plan_.output_blocks), poison);
        }
        if (!request_.in_place || !has_input(rank) || !has_output(rank)) return memory;

        memory.shared = true;
        const std::uint64_t own = n_ == 1 ? 0 : static_cast<std::uint64_t>(rank) * count_;
        if (memory.output.size() < memory.input.size()) {  // the result is a part of the input
            memory.output = memory.input;
            memory.output_start = own;
        } else {
            if (memory.output.size() > memory.input.size()) memory.input_start = own;
            std::copy(memory.input.begin(), memory.input.end(),
                      memory.output.begin() + static_cast<std::ptrdiff_t>(memory.input_start));
        }
        return memory;
    }

    std::int64_t sum_over_ranks(std::uint64_t index) const {
        std::int64_t sum = 0;
        for (std::int64_t rank = 0; rank < n_; ++rank) sum += element(rank, index);
        return sum;
    }

    std::int64_t expected(std::int64_t rank, std::uint64_t i) const {
        const std::uint64_t own = static_cast<std::uint64_t>(rank) * count_;
        const auto from = count_ == 0 ? 0 : static_cast<std::int64_t>(i / count_);
        const std::uint64_t within = count_ == 0 ? 0 : i % count_;
        switch (request_.kind) {
            case operation_kind::all_reduce:
            case operation_kind::reduce: return sum_over_ranks(i);
            case operation_kind::reduce_scatter: return sum_over_ranks(own + i);
            case operation_kind::broadcast: return element(request_.root, i);
            case operation_kind::scatter: return element(request_.root, own + i);
            case operation_kind::all_gather:
            case operation_kind::gather: return element(from, within);
            case operation_kind::all_to_all: return element(from, own + within);
            case operation_kind::all_to_all_v: return expected_v(rank, i);
            case operation_kind::send_recv: return element((rank + n_ - 1) % n_, i);
            case operation_kind::ping_pong:
            case operation_kind::bidirectional:
            case operation_kind::send:
            case operation_kind::put:
            case operation_kind::get: return element(rank ^ 1, i);
            default: break;
        }
        return 0;
    }

    // The matrix of counts is symmetric: the output is laid out as the input.
    std::int64_t expected_v(std::int64_t rank, std::uint64_t i) const {
        std::int64_t from = 0;
        while (i >= v_offset(rank, from + 1, n_, count_)) ++from;
        const std::uint64_t within = i - v_offset(rank, from, n_, count_);
        return element(from, v_offset(from, rank, n_, count_) + within);
    }

    void check(std::int64_t rank) {
        rank_memory& memory = memory_[static_cast<std::size_t>(rank)];
        for (std::uint64_t i = 0; i < memory.input.size() && !memory.shared; ++i) {
            ASSERT_EQ(memory.input[i], element(rank, i)) << "input " << i << " of " << rank;
        }
        if (!has_output(rank)) return;
        const std::uint64_t size = blocks_times_count(rank, plan_.output_blocks);
        for (std::uint64_t i = 0; i < size; ++i) {
            ASSERT_EQ(memory.at(space::output, i), expected(rank, i))
                << "output " << i << " of rank " << rank;
        }
        if (memory.output.size() == size) return;
        for (std::uint64_t i = 0; i < memory.output.size(); ++i) {  // the rest of the input stays
            if (i >= memory.output_start && i < memory.output_start + size) continue;
            ASSERT_EQ(memory.output[i], element(rank, i)) << "input " << i << " of " << rank;
        }
    }

    schedule_request request_;
    schedule plan_;
    std::int64_t n_;
    std::uint64_t count_;
    std::vector<rank_memory> memory_;
};

class numbers : public testing::TestWithParam<int> {};

TEST_P(numbers, come_out_right) {
    const std::int64_t n = GetParam();
    const auto ranks = static_cast<std::uint64_t>(n);
    std::uint64_t seed = 20;
    for (const schedule_request& request : all_requests(n)) {
        for (const std::uint64_t count :
             {std::uint64_t{0}, ranks - 1, ranks, ranks + 1, std::uint64_t{37}}) {
            SCOPED_TRACE(title(request) + ", count " + std::to_string(count));
            experiment(request, count).run(++seed);
            if (testing::Test::HasFatalFailure()) return;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(schedules, numbers,
                         testing::Values(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 17));

}  // namespace
}  // namespace railgauge
