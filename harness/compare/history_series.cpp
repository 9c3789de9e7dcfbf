#include "harness/compare/history_series.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/compare/chosen_algorithm.hpp"
#include "harness/stats/change_points.hpp"
#include "harness/stats/multiplicity.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr std::size_t least_permutations = 199;
constexpr std::size_t most_permutations = 9999;
// Distances that all permutation tests together may look at: some seconds.
constexpr double work = 4e9;
// So many permutations as great as what was seen settle that it is chance.
constexpr std::size_t enough = 10;

// Things of which a run has several algorithms: these are held apart.
std::set<std::uint32_t> with_several(const std::vector<result_set>& runs, point_table& table) {
    std::set<std::uint32_t> several;
    for (const result_set& run : runs) {
        std::map<std::uint32_t, std::uint32_t> seen;
        for (const set_entry& entry : run.entries) {
            const std::uint32_t reduced = without_algorithm(entry.point, table);
            const auto [one, fresh] = seen.emplace(reduced, entry.point);
            if (!fresh && one->second != entry.point) several.insert(reduced);
        }
    }
    return several;
}

// Calls back with each point of the run and the median over its launches.
template <typename Visit>
void for_each_median(const result_set& run, Visit visit) {
    std::vector<double> values;
    for (std::size_t at = 0; at < run.entries.size();) {
        const std::uint32_t point = run.entries[at].point;
        values.clear();
        for (; at < run.entries.size() && run.entries[at].point == point; ++at) {
            const double time_us = run.entries[at].time_us;
            if (std::isfinite(time_us) && time_us > 0) values.push_back(time_us);
        }
        if (!values.empty()) visit(point, stats::quantile_in_place(values, 0.5));
    }
}

std::vector<double> logs_of(const std::vector<double>& times) {
    std::vector<double> logs(times.size());
    std::transform(times.begin(), times.end(), logs.begin(), [](double t) { return std::log(t); });
    return logs;
}

double median_of(const std::vector<double>& values, std::size_t from, std::size_t to) {
    std::vector<double> part(values.begin() + static_cast<std::ptrdiff_t>(from),
                             values.begin() + static_cast<std::ptrdiff_t>(to));
    return stats::quantile_in_place(part, 0.5);
}

void fill_changes(history_series& series, const std::vector<stats::change_point>& found) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::size_t at = found[i].at;
        const std::size_t from = i == 0 ? 0 : found[i - 1].at;
        const std::size_t to = i + 1 < found.size() ? found[i + 1].at : series.runs.size();
        series_change change;
        change.before = series.runs[at - 1];
        change.after = series.runs[at];
        change.runs_before = at - from;
        change.runs_after = to - at;
        change.before_us = median_of(series.time_us, from, at);
        change.after_us = median_of(series.time_us, at, to);
        change.ratio = change.after_us / change.before_us;
        change.p_value = found[i].p_value;
        series.changes.push_back(change);
    }
}

// More series need smaller p-values, and so more permutations, as far as the time allows.
std::size_t permutations_for(const std::vector<history_series*>& long_enough) {
    double distances = 1;
    for (const history_series* one : long_enough) {
        distances += static_cast<double>(one->runs.size() * one->runs.size());
    }
    const double wanted = 20.0 * static_cast<double>(long_enough.size()) * 2;
    return static_cast<std::size_t>(std::clamp(std::min(wanted, work / distances),
                                               static_cast<double>(least_permutations),
                                               static_cast<double>(most_permutations)));
}

}  // namespace

std::vector<history_series> series_of(const std::vector<result_set>& runs, point_table& table) {
    const std::set<std::uint32_t> several = with_several(runs, table);
    std::map<std::uint32_t, history_series> found;
    for (std::uint32_t run = 0; run < runs.size(); ++run) {
        for_each_median(runs[run], [&](std::uint32_t point, double time_us) {
            const std::uint32_t reduced = without_algorithm(point, table);
            const bool apart = several.contains(reduced);
            history_series& series = found[apart ? point : reduced];
            if (series.runs.empty()) series.point = point;
            series.any_algorithm = series.any_algorithm || series.point != point;
            series.runs.push_back(run);
            series.time_us.push_back(time_us);
        });
    }
    std::vector<history_series> all;
    for (auto& [point, series] : found) all.push_back(std::move(series));
    std::sort(all.begin(), all.end(),
              [](const history_series& a, const history_series& b) { return a.point < b.point; });
    return all;
}

void find_series_changes(const std::vector<history_series*>& all, const history_options& options) {
    std::vector<history_series*> tested;
    for (history_series* one : all) {
        one->too_few = one->runs.size() < options.least_runs;
        if (!one->too_few) tested.push_back(one);
    }
    stats::change_options how;
    how.least_part = options.least_part;
    how.permutations = permutations_for(tested);
    how.enough = enough;
    std::vector<double> p_values;
    for (history_series* one : tested) {
        one->p_value = stats::test_for_change(logs_of(one->time_us), how).p_value;
        p_values.push_back(one->p_value);
    }
    const auto adjusted = stats::benjamini_hochberg(p_values);
    std::size_t significant = 0;
    for (std::size_t i = 0; i < tested.size(); ++i) {
        tested[i]->adjusted = adjusted[i];
        significant += adjusted[i] <= options.alpha ? 1 : 0;
    }
    // The greatest p-value that Benjamini and Hochberg's procedure lets pass.
    how.alpha = options.alpha * static_cast<double>(significant) /
                static_cast<double>(std::max<std::size_t>(tested.size(), 1));
    for (history_series* one : tested) {
        if (one->adjusted > options.alpha) continue;
        fill_changes(*one, stats::find_changes(logs_of(one->time_us), how));
    }
}

}  // namespace railgauge
