#include "harness/report/comparison_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/report/counted.hpp"

namespace railgauge {

std::vector<std::size_t> by_interest(const comparison& found) {
    const auto rank = [&](std::size_t at) {
        switch (found.points[at].time.verdict) {
            case verdict_word::slower: return 0;
            case verdict_word::faster: return 1;
            case verdict_word::ambiguous: return 2;
            default: return 3;
        }
    };
    const auto effect = [&](std::size_t at) {
        const double size = std::abs(std::log(found.points[at].time.ratio));
        return std::isfinite(size) ? size : 0;
    };
    std::vector<std::size_t> order(found.points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return rank(a) != rank(b) ? rank(a) < rank(b) : rank(a) < 3 && effect(a) > effect(b);
    });
    return order;
}

std::optional<std::pair<double, double>> bandwidths_of(const compared_point& point,
                                                       const point_table& table) {
    if (!table[point.point.first].bandwidth_alone) return std::nullopt;
    return std::pair(1e-3 / point.first_us, 1e-3 / point.second_us);
}

std::string pairs_words(const compared_ratio& time, const joined_sets& joined) {
    if (time.pairs >= joined.pairs) return {};
    return fmt::format("{} of {} pairs", time.pairs, joined.pairs);
}

std::string launches_words(const result_set& set) {
    const std::string count = counted(set.launches.size(), "launch");
    return set.of_rounds == round_value::median ? count : count + ", of each the fastest round";
}

std::string fewer_pairs_words(const joined_sets& joined) {
    if (joined.began_otherwise == 0) return {};
    return fmt::format(
        "Compared in fewer pairs, since some launches began by the clock and others from a "
        "barrier: {}",
        counted(joined.began_otherwise, "point"));
}

std::string trust_words(const comparison& found) {
    const std::size_t pairs = found.joined.pairs;
    std::string text =
        counted(found.points.size(), "point") + ", " + counted(pairs, "pair") + " of launches";
    if (pairs < found.launches_needed) {
        text += fmt::format(
            ". Whether they differ cannot be told: a launch is one value, whatever its samples; {} "
            "launches a side are needed",
            found.launches_needed);
    } else if (!found.joined.interleaved) {
        text +=
            ", measured one side after the other: what drifted meanwhile is in the ratios "
            "('railgauge ab' takes turns)";
    }
    return text + ".";
}

std::string class_words(const point_class& of) {
    if (of.op.empty()) return "all operations";
    return of.size.empty() ? of.op : of.op + ", " + of.size;
}

}  // namespace railgauge
