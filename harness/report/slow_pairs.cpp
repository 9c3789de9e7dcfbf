#include "harness/report/slow_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr double deviations = 5;
constexpr double small_sample = 4;       // of n ends, (1 + small_sample / n) times the deviation
constexpr double mad_to_sigma = 1.4826;  // of a normal distribution
constexpr int few_ends = 6;
constexpr double unknown = std::numeric_limits<double>::infinity();

// One end, in one direction, in logarithms.
struct side {
    std::vector<double> pairs;
    double level = unknown;  ///< unknown: one pair says nothing of its end
};

struct end_sides {
    side sending;
    side receiving;
};

// The upper quartile: of few pairs the best one, of many one that lucky ones do not move.
void find_level(side& of) {
    if (of.pairs.size() < 2) return;
    const auto place = static_cast<std::ptrdiff_t>((of.pairs.size() - 1) / 4);
    std::nth_element(of.pairs.begin(), of.pairs.begin() + place, of.pairs.end(), std::greater<>());
    of.level = of.pairs[static_cast<std::size_t>(place)];
}

double deviation_of(const std::vector<double>& values, double center) {
    std::vector<double> away;
    away.reserve(values.size());
    for (const double value : values) away.push_back(std::abs(value - center));
    return mad_to_sigma * stats::median(away);
}

// What a shortfall in logarithms has to exceed.
struct limits {
    double of_ends = 0;
    double share_of_ends = 0;  ///< the fixed part of of_ends
    double of_paths = 0;
};

class model {
public:
    explicit model(std::span<const pair_value> cells) : cells_(cells) {
        for (const pair_value& cell : cells) {
            const double value = std::log(cell.value);
            ends_[cell.from].sending.pairs.push_back(value);
            ends_[cell.to].receiving.pairs.push_back(value);
        }
        std::vector<double> levels;
        for (auto& [index, end] : ends_) {
            for (side* one : {&end.sending, &end.receiving}) {
                find_level(*one);
                if (one->level != unknown) levels.push_back(one->level);
            }
        }
        if (levels.empty()) {
            for (const pair_value& cell : cells) levels.push_back(std::log(cell.value));
        }
        std::ranges::sort(levels, std::greater<>());
        reference_ = levels[(levels.size() - 1) / 2];
        for (const pair_value& cell : cells) {
            shortfalls_.push_back(expected(cell) - std::log(cell.value));
        }
        fit(levels);
    }

    [[nodiscard]] slow_pairs find() const {
        slow_pairs found;
        found.typical = std::exp(reference_);
        found.visible_below = std::exp(-limits_.of_paths);
        if (ends_.size() < 3) return found;
        for (const auto& [index, end] : ends_) add_end(index, end, found.ends);
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            const double at_best = std::max(cells_[i].at_best / cells_[i].value, 1.0);
            const double shortfall = shortfalls_[i] - std::log(at_best) - usual_shortfall_;
            if (shortfall <= limits_.of_paths) continue;
            const double reached = std::exp(expected(cells_[i]) - usual_shortfall_);
            found.paths.push_back({cells_[i].from, cells_[i].to, cells_[i].value, reached,
                                   least_level(cells_[i]) == unknown});
            add_weak_end(found.paths.back());
        }
        std::ranges::sort(found.ends, {}, &slow_end::value);
        std::ranges::stable_sort(found.paths, {},
                                 [](const slow_path& path) { return path.value / path.expected; });
        return found;
    }

private:
    [[nodiscard]] double least_level(const pair_value& cell) const {
        return std::min(ends_.at(cell.from).sending.level, ends_.at(cell.to).receiving.level);
    }

    [[nodiscard]] double expected(const pair_value& cell) const {
        const double least = least_level(cell);
        return least == unknown ? reference_ : least;
    }

    void fit(const std::vector<double>& levels) {
        usual_shortfall_ = stats::median(shortfalls_);
        spread_ = deviation_of(shortfalls_, usual_shortfall_);
        const auto ends = static_cast<double>(ends_.size());
        const double widened = 1 + small_sample / ends;
        const bool few = ends_.size() < few_ends;
        // A level is made of many pairs, and so less uncertain than one of them.
        const double of_levels =
            std::max(deviation_of(levels, stats::median(levels)), 2 * spread_ / std::sqrt(ends));
        limits_.share_of_ends = -std::log(few ? 0.75 : 0.9);
        limits_.of_ends = std::max(limits_.share_of_ends, deviations * widened * of_levels);
        limits_.of_paths = std::max(-std::log(few ? 0.75 : 0.85), deviations * widened * spread_);
    }

    void add_weak_end(slow_path& path) const {
        const double from = ends_.at(path.from).sending.level;
        const double to = ends_.at(path.to).receiving.level;
        const double least = std::min(from, to);
        if (least == unknown || reference_ - least <= limits_.share_of_ends) return;
        path.weak_end = from < to ? path.from : path.to;
        path.weak_value = std::exp(least);
    }

    void add_end(int index, const end_sides& end, std::vector<slow_end>& into) const {
        const auto slow = [&](const side& one) {
            return one.level != unknown && reference_ - one.level > limits_.of_ends;
        };
        const slow_end found{index, slow(end.sending), slow(end.receiving),
                             std::exp(std::min(end.sending.level, end.receiving.level))};
        if (found.sending || found.receiving) into.push_back(found);
    }

    std::span<const pair_value> cells_;
    std::map<int, end_sides> ends_;
    std::vector<double> shortfalls_;  ///< of each cell behind the model
    double reference_ = 0;            ///< what the median end reaches
    double usual_shortfall_ = 0;
    double spread_ = 0;
    limits limits_;
};

}  // namespace

slow_pairs find_slow_pairs(std::span<const pair_value> cells) {
    if (cells.empty()) return {};
    return model(cells).find();
}

}  // namespace railgauge
