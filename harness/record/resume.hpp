// Going on with a results file that was cut or stopped.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "harness/record/run_header.hpp"

namespace railgauge {

/// Which points a file holds. Memory does not grow with the points as long as they were measured in
/// the plan's order: runs of neighbours are kept as intervals. Of a point that is measured in
/// groups the rows are kept until their round is whole, and the rounds until the point is.
class measured_points {
public:
    explicit measured_points(std::int64_t points_per_round = 0)
        : points_per_round_(points_per_round) {}

    /// False when it was there already.
    bool add(std::int32_t launch, std::int64_t soak_round, std::int64_t index);
    [[nodiscard]] bool contains(std::int32_t launch, std::int64_t soak_round,
                                std::int64_t index) const;

    /// The same for a row: of a point that is measured in groups, one of them.
    bool add(const point_record& point);
    [[nodiscard]] bool contains_round(std::int32_t launch, std::int64_t soak_round,
                                      std::int64_t index, std::int32_t round) const;
    [[nodiscard]] bool contains_row(const point_record& point) const;
    /// The lowest round of a point that is not whole.
    [[nodiscard]] std::int32_t first_open_round(std::int32_t launch, std::int64_t soak_round,
                                                std::int64_t index) const;

    /// Whole points.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
    struct open_point {
        std::int32_t rounds = 0;  ///< 0: not known yet
        std::set<std::int32_t> whole_rounds;
        std::map<std::int32_t, std::set<std::string>> rows;  ///< groups, by round
    };

    [[nodiscard]] std::int64_t place_of(std::int64_t soak_round, std::int64_t index) const noexcept;
    [[nodiscard]] const open_point* find_open(std::int32_t launch, std::int64_t soak_round,
                                              std::int64_t index) const;

    std::int64_t points_per_round_;
    std::uint64_t size_ = 0;
    std::map<std::int32_t, std::map<std::int64_t, std::int64_t>> first_to_past_last_;
    std::map<std::pair<std::int32_t, std::int64_t>, open_point> open_;  ///< by launch and place
};

struct resume_state {
    /// Nothing to go on with (no file, an empty one, or one cut within its header, which is then
    /// emptied): write a header first. Else write a resume_record first.
    bool fresh = true;
    bool ended = false;  ///< the file was closed properly
    run_header header;   ///< of the file, unless fresh
    measured_points measured;
    status_counts counts;
};

/// Reads `path`, holds it against the present plan and truncates a cut last line away. `keys[i]` is
/// the point with index i. Then open results_writer(path, mode::append, state.counts).
/// Throws usage_error when the plan is another one, and says what differs; input_error when the
/// file is not a results file.
[[nodiscard]] resume_state resume_results(const std::string& path, const plan_summary& plan,
                                          std::span<const point_key> keys);

/// Identity in words: "all_reduce float32 sum 64 B, 2 ranks, shm, isolated".
[[nodiscard]] std::string describe(const point_key& key);

}  // namespace railgauge
