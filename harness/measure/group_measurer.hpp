// Measures points in their groups: the world, or sub-worlds that measure at once or in turn, each
// with a row of its own.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/measure/group_layout.hpp"
#include "harness/measure/measurer.hpp"

namespace railgauge {

/// Collective over the job: every rank makes one and calls measure for the same points and rounds.
class group_measurer {
public:
    /// As measurer's. `job`, `backends` and `benches` outlive it.
    group_measurer(world& job, std::span<const std::unique_ptr<backend>> backends,
                   const bench_list& benches, const measure_options& options);
    ~group_measurer();
    group_measurer(const group_measurer&) = delete;
    group_measurer& operator=(const group_measurer&) = delete;

    /// In how many rounds a point's groups are measured, at least 1; the same on every rank.
    [[nodiscard]] int rounds(const series& part) const;

    /// One round of a point: at rank 0 a row for each group of it, elsewhere none. Rows of groups
    /// have their place; launch and soak round are left to the caller. The groups of a round start
    /// sampling together and sample for the whole budget, so that each is measured beside the
    /// others. Ranks in no group wait. Throws as measurer::measure.
    [[nodiscard]] std::vector<point_record> measure(const plan& all, const plan_point& point,
                                                    int round);

    /// As measurer::take_made, of all groups, at the job's rank 0; their group is told.
    [[nodiscard]] std::vector<communicator_record> take_made() { return std::exchange(made_, {}); }

private:
    struct team;

    [[nodiscard]] group_layout layout_of(const series& part) const;
    team& team_for(const series& part, const group_layout& layout, int round);
    std::unique_ptr<team> make_team(const group_layout& layout, int round, const series& part);
    void tell_of_split(const series& part, const team& made, const std::optional<group_seat>& seat);
    std::string measure_in(team& mine, const plan& all, const plan_point& point,
                           const group_layout& layout, group_place place);
    std::vector<point_record> collect(const std::string& lines, const plan_point& point);
    void take_row(const std::string& line, const plan_point& point,
                  std::vector<point_record>& rows);

    world& job_;
    std::span<const std::unique_ptr<backend>> backends_;
    const bench_list& benches_;
    measure_options options_;
    rank_seat seat_;
    measurer world_;
    /// By rule and round, kept for the points to come; of pairings, which are many, the last only.
    std::map<std::string, std::unique_ptr<team>> teams_;
    std::vector<communicator_record> made_;
    std::string pair_key_;
    std::unique_ptr<team> pair_;
};

}  // namespace railgauge
