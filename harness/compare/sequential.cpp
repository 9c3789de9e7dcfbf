#include "harness/compare/sequential.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "harness/stats/distributions.hpp"
#include "harness/stats/median_interval.hpp"

namespace railgauge {
namespace {

constexpr double little_chance = 0.05;

bool has_verdict(const compared_ratio& ratio) {
    return ratio.verdict == verdict_word::same || ratio.verdict == verdict_word::faster ||
           ratio.verdict == verdict_word::slower;
}

bool is_different(const compared_ratio& ratio) {
    return ratio.verdict == verdict_word::faster || ratio.verdict == verdict_word::slower;
}

// The interval with the look's own confidence, and the verdict that follows from it.
void widen(compared_ratio& ratio, std::vector<double> log_ratios, const verdict_rules& rules,
           double confidence) {
    std::erase_if(log_ratios, [](double value) { return std::isnan(value); });
    const double mean = log_ratios.empty()
                            ? 0
                            : std::accumulate(log_ratios.begin(), log_ratios.end(), 0.0) /
                                  static_cast<double>(log_ratios.size());
    const auto median = stats::estimate_median_in_place(log_ratios, confidence);
    ratio.low.reset();
    ratio.high.reset();
    if (median.low) ratio.low = std::exp(*median.low);
    if (median.high) ratio.high = std::exp(*median.high);
    ratio.verdict = decide(ratio, mean, rules);
}

// What an earlier look called different stays so: that look has paid for it. What is so only now is
// told in `look`.
void keep_differences(comparison& now, const comparison& before, taken_look& look) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, verdict_word> points;
    for (const compared_point& point : before.points) {
        if (!is_different(point.time)) continue;
        points[{point.point.first, point.point.second}] = point.time.verdict;
    }
    for (compared_point& point : now.points) {
        const auto found = points.find({point.point.first, point.point.second});
        if (found != points.end()) {
            point.time.verdict = found->second;
        } else if (is_different(point.time)) {
            look.points.push_back(point.point);
        }
    }
    std::map<std::pair<std::string, std::string>, verdict_word> classes;
    for (const compared_class& one : before.classes) {
        if (is_different(one.time)) classes[{one.of.op, one.of.size}] = one.time.verdict;
    }
    for (compared_class& one : now.classes) {
        const auto found = classes.find({one.of.op, one.of.size});
        if (found != classes.end()) {
            one.time.verdict = found->second;
        } else if (is_different(one.time)) {
            look.classes.push_back(one.of.size.empty() ? one.of.op
                                                       : one.of.op + ", " + one.of.size);
        }
    }
}

void count_verdicts(comparison& of) {
    for (compared_class& one : of.classes) {
        one.verdicts = {};
        for (const std::uint32_t member : one.of.members) {
            ++one.verdicts[static_cast<std::size_t>(of.points[member].time.verdict)];
        }
    }
}

}  // namespace

sequential_comparison::sequential_comparison(const sequential_options& options)
    : options_(options), plan_(plan_looks(options.most_pairs, options.alpha)) {}

bool sequential_comparison::due(std::size_t pairs) const noexcept {
    return std::any_of(plan_.begin(), plan_.end(),
                       [pairs](const look& one) { return one.pairs == pairs; });
}

void sequential_comparison::look_with(double alpha, const result_set& first,
                                      const result_set& second, point_table& table) {
    comparison now = compare(first, second, table, {options_.margin, alpha});
    const verdict_rules rules{options_.margin, alpha / 2};
    const std::size_t series = now.points.size();
    for (std::size_t i = 0; i < series; ++i) {
        std::vector<double> column;
        for (std::size_t at = i; at < now.joined.log_ratios.size(); at += series) {
            column.push_back(now.joined.log_ratios[at]);
        }
        widen(now.points[i].time, std::move(column), rules, 1 - alpha);
    }
    for (compared_class& one : now.classes) widen(one.time, one.of.log_ratios, rules, 1 - alpha);
    taken_look taken{now.joined.pairs, alpha, 0, {}, {}};
    keep_differences(now, found_, taken);
    count_verdicts(now);
    // What the whole experiment needs, not this look.
    now.launches_needed = least_pairs(plan_.back().alpha / 2, false);
    found_ = std::move(now);
    for (const compared_point& point : found_.points) taken.decided += has_verdict(point.time);
    taken_.push_back(std::move(taken));
}

void sequential_comparison::take(const result_set& first, const result_set& second,
                                 point_table& table) {
    const std::size_t pairs = std::min(first.launches.size(), second.launches.size());
    const auto here = std::find_if(plan_.begin(), plan_.end(),
                                   [pairs](const look& one) { return one.pairs == pairs; });
    // Fewer launches are in the files than there were: nothing may be spent on that but the end's.
    if (here != plan_.end()) look_with(here->alpha, first, second, table);
}

void sequential_comparison::take_last(const result_set& first, const result_set& second,
                                      point_table& table) {
    look_with(plan_.back().alpha, first, second, table);
}

bool sequential_comparison::is_waited_for(const compared_ratio& ratio) const noexcept {
    return !has_verdict(ratio) && 2 * ratio.pairs >= found_.joined.pairs;
}

bool sequential_comparison::decided() const noexcept {
    const auto& points = found_.points;
    const auto waits = [this](const compared_point& point) { return is_waited_for(point.time); };
    const auto told = [](const compared_point& point) { return has_verdict(point.time); };
    return std::any_of(points.begin(), points.end(), told) &&
           std::none_of(points.begin(), points.end(), waits);
}

bool sequential_comparison::hopeless() const noexcept {
    if (found_.points.empty() || taken_.empty()) return false;
    const auto left = [this](const auto& one) {
        return is_waited_for(one.time) &&
               chance_of_verdict(one.time, options_.most_pairs, plan_.back().alpha,
                                 options_.margin) >= little_chance;
    };
    return std::none_of(found_.points.begin(), found_.points.end(), left) &&
           std::none_of(found_.classes.begin(), found_.classes.end(), left);
}

double chance_of_verdict(const compared_ratio& ratio, std::size_t most, double last_alpha,
                         double margin) {
    if (ratio.pairs == 0) return 0;
    if (ratio.pairs >= most) return has_verdict(ratio) ? 1 : 0;
    const double share = static_cast<double>(ratio.pairs) / static_cast<double>(most);
    if (!ratio.low || !ratio.high) return 1;
    const double half_width = (std::log(*ratio.high) - std::log(*ratio.low)) / 2;
    if (half_width * std::sqrt(share) <= std::log1p(margin)) return 1;
    const double z = stats::normal_quantile(1 - std::max(ratio.adjusted, 1e-300) / 2);
    const double needed = stats::normal_quantile(1 - last_alpha / 4);
    // B = z sqrt(t) so far; what is left adds its drift z / sqrt(t) per unit of time.
    const double expected = z * std::sqrt(share) + z / std::sqrt(share) * (1 - share);
    return stats::normal_below((expected - needed) / std::sqrt(1 - share));
}

}  // namespace railgauge
