// The plan: every point that will be measured, in order. Made once, at rank 0, and broadcast.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/measure/bench.hpp"
#include "harness/measure/suite.hpp"

namespace railgauge {

/// Points that differ only in their size.
struct series {
    operation_kind kind = operation_kind::all_reduce;
    std::string backend;
    std::string algorithm;  ///< empty: the backend chooses
    dtype type = dtype::float32;
    redop op = redop::sum;
    int root = 0;
    bool in_place = false;
    timing_kind timing = timing_kind::isolated;
    int window = 1;
    memory_kind where = memory_kind::host;
    device_manner manner;  ///< how a device's library is to execute
    group_rule group;      ///< the ranks that measure together
    int rounds = 0;        ///< of a pairing, at most; 0: all
    stopping stop;
    /// Rounded to whole elements, ascending, distinct. In groups whose size is not known when the
    /// plan is made, a group rounds further.
    std::vector<std::uint64_t> bytes;
};

struct plan {
    std::string suite;
    int ranks = 0;
    std::vector<series> parts;

    [[nodiscard]] std::int64_t points() const noexcept;
};

/// One point of a plan: the series and its size. In groups it has a row for each group, so that a
/// plan is no longer than its series however many groups there are.
struct plan_point {
    std::int64_t index = 0;
    const series* part = nullptr;
    std::uint64_t bytes = 0;
};

/// Throws std::out_of_range.
[[nodiscard]] plan_point point_at(const plan& all, std::int64_t index);

/// Expands a suite. An algorithm that no chosen backend knows is a usage_error with the nearest
/// name; one that only some know becomes a point that is skipped there.
[[nodiscard]] plan make_plan(const suite& what, int ranks, const bench_list& benches,
                             std::span<const std::unique_ptr<backend>> backends);

/// Ranks of a series' operations in a group of so many processes: their GPUs, where each process
/// drives several.
[[nodiscard]] int ranks_of(const series& part, int processes) noexcept;

/// The operation of a point for a group of `ranks`, as ranks_of counts them.
[[nodiscard]] measured_operation operation_of(const plan_point& point, const bench_list& benches,
                                              int ranks);

/// Sampling budgets plus what preparation is known to cost, in every round of groups (as if each
/// rank were a host, since hosts are not known yet): an upper estimate, in seconds.
[[nodiscard]] double estimated_time_s(const plan& all, const bench_list& benches);

/// Text form, for the broadcast; from_text(to_text(p)) is p.
[[nodiscard]] std::string to_text(const plan& all);
[[nodiscard]] plan plan_from_text(const std::string& text);

/// 16 hexadecimal digits that differ where the plan differs; for `--resume`.
[[nodiscard]] std::string hash_of(const plan& all);

}  // namespace railgauge
