#include "harness/compare/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/stats/quantile.hpp"
#include "harness/stats/sign_flips.hpp"

namespace railgauge {
namespace {

double mean_of(std::span<const double> values) {
    double sum = 0;
    std::size_t n = 0;
    for (const double value : values) {
        if (std::isnan(value)) continue;
        sum += value;
        ++n;
    }
    return n == 0 ? 0 : sum / static_cast<double>(n);
}

// Columns of a table of pairs x series.
class table_view {
public:
    table_view(const std::vector<double>& values, std::size_t series)
        : values_(values), series_(series) {}

    std::span<const double> column(std::size_t which) {
        column_.clear();
        for (std::size_t at = which; at < values_.size(); at += series_) {
            column_.push_back(values_[at]);
        }
        return column_;
    }

private:
    const std::vector<double>& values_;
    std::size_t series_;
    std::vector<double> column_;
};

// The medians of a point over the launches of one side.
class side_medians {
public:
    explicit side_medians(const result_set& set) : set_(set) {
        if (set.entries.empty()) return;
        begin_.assign(set.entries.back().point + 1, 0);
        for (std::size_t at = set.entries.size(); at-- > 0;) begin_[set.entries[at].point] = at;
    }

    template <typename Member>
    double of(std::uint32_t point, Member member) {
        values_.clear();
        for (std::size_t at = begin_[point];
             at < set_.entries.size() && set_.entries[at].point == point; ++at) {
            const double value = static_cast<double>(set_.entries[at].*member);
            if (!std::isnan(value)) values_.push_back(value);
        }
        return stats::quantile_in_place(values_, 0.5);
    }

private:
    const result_set& set_;
    std::vector<std::size_t> begin_;  ///< of each point's entries
    std::vector<double> values_;
};

std::optional<double> ratio_of(double over, double under) {
    const double ratio = over / under;
    return std::isfinite(ratio) && ratio > 0 ? std::optional(ratio) : std::nullopt;
}

void compare_points(comparison& into, const result_set& first, const result_set& second,
                    const compare_options& options) {
    const joined_sets& joined = into.joined;
    const auto tests = stats::test_sign_flips(joined.log_ratios, joined.points.size(),
                                              {stats::tail::both, options.most_flips, 1});
    table_view table(joined.log_ratios, std::max<std::size_t>(joined.points.size(), 1));
    side_medians of_first(first);
    side_medians of_second(second);
    into.points.resize(joined.points.size());
    for (std::size_t i = 0; i < into.points.size(); ++i) {
        compared_point& point = into.points[i];
        const auto [a, b] = point.point = joined.points[i];
        const auto column = table.column(i);
        point.time = estimate_ratio(column);
        point.time.p_value = tests.p_value[i];
        point.time.adjusted = tests.adjusted[i];
        point.time.verdict =
            decide(point.time, mean_of(column), {options.margin, options.alpha / 2});
        point.first_us = of_first.of(a, &set_entry::time_us);
        point.second_us = of_second.of(b, &set_entry::time_us);
        point.percent_of_bound_ratio = ratio_of(of_second.of(b, &set_entry::percent_of_bound),
                                                of_first.of(a, &set_entry::percent_of_bound));
        point.efficiency_ratio = ratio_of(of_first.of(a, &set_entry::energy_j_per_gb),
                                          of_second.of(b, &set_entry::energy_j_per_gb));
    }
}

void compare_classes(comparison& into, std::vector<point_class> classes,
                     const compare_options& options) {
    const std::size_t pairs = into.joined.pairs;
    std::vector<double> rows(pairs * classes.size());
    for (std::size_t i = 0; i < classes.size(); ++i) {
        for (std::size_t pair = 0; pair < pairs; ++pair) {
            rows[pair * classes.size() + i] = classes[i].log_ratios[pair];
        }
    }
    const auto tests =
        stats::test_sign_flips(rows, classes.size(), {stats::tail::both, options.most_flips, 2});
    for (std::size_t i = 0; i < classes.size(); ++i) {
        compared_class one;
        one.time = estimate_ratio(classes[i].log_ratios);
        one.time.p_value = tests.p_value[i];
        one.time.adjusted = tests.adjusted[i];
        one.time.verdict =
            decide(one.time, mean_of(classes[i].log_ratios), {options.margin, options.alpha / 2});
        for (const std::uint32_t member : classes[i].members) {
            ++one.verdicts[static_cast<std::size_t>(into.points[member].time.verdict)];
        }
        one.of = std::move(classes[i]);
        into.classes.push_back(std::move(one));
    }
}

}  // namespace

bool comparison::any(verdict_word word) const noexcept {
    const auto has = [word](const auto& one) { return one.time.verdict == word; };
    return std::any_of(points.begin(), points.end(), has) ||
           std::any_of(classes.begin(), classes.end(), has);
}

std::size_t least_pairs(double alpha, bool one_sided) noexcept {
    std::size_t pairs = 1;
    const auto side = one_sided ? stats::tail::upper : stats::tail::both;
    while (pairs < 64 && stats::least_p(pairs, side) > alpha) ++pairs;
    return pairs;
}

comparison compare(const result_set& first, const result_set& second, point_table& table,
                   const compare_options& options) {
    comparison result;
    result.joined = join(first, second, table);
    result.provenance = provenance_differences(first, second);
    result.launches_needed = least_pairs(options.alpha / 2, false);
    compare_points(result, first, second, options);
    compare_classes(result, classes_of(result.joined, table), options);
    return result;
}

}  // namespace railgauge
