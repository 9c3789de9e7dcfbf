#include "harness/report/compare_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/report/compare_parts.hpp"
#include "harness/report/comparison_words.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

std::string class_text(const compared_class& one) {
    std::string verdicts;
    for (std::size_t i = 0; i < one.verdicts.size(); ++i) {
        if (one.verdicts[i] == 0) continue;
        verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", one.verdicts[i],
                                name_of(static_cast<verdict_word>(i)));
    }
    return fmt::format("  {:<34} {:<24} {:<9}  {}\n", printable(class_words(one.of)),
                       ratio_text(one.time), name_of(one.time.verdict), verdicts);
}

std::string extras(const compared_point& point, const joined_sets& joined) {
    std::string text;
    const std::string pairs = pairs_words(point.time, joined);
    if (!pairs.empty()) text += "  (" + pairs + ")";
    if (point.percent_of_bound_ratio) {
        text += fmt::format("  x{:.3f} of bound", *point.percent_of_bound_ratio);
    }
    if (point.efficiency_ratio) text += fmt::format("  x{:.3f} a watt", *point.efficiency_ratio);
    return text;
}

std::pair<std::string, std::string> sides_text(const compared_point& point,
                                               const point_table& table) {
    if (const auto gbps = bandwidths_of(point, table)) {
        return {show_bandwidth(gbps->first) + " GB/s", show_bandwidth(gbps->second) + " GB/s"};
    }
    return {format_duration_us(point.first_us), format_duration_us(point.second_us)};
}

std::string points_text(const comparison& found, const point_table& table, std::size_t most) {
    std::string text =
        fmt::format("\n{:>10} {:>10}  {:<24} {:<9}  point\n", "A", "B", "B/A, time", "verdict");
    const auto order = by_interest(found);
    for (std::size_t i = 0; i < std::min(most, order.size()); ++i) {
        const compared_point& point = found.points[order[i]];
        const auto [a, b] = sides_text(point, table);
        text += fmt::format("{:>10} {:>10}  {:<24} {:<9}  {}{}\n", a, b, ratio_text(point.time),
                            name_of(point.time.verdict), describe(point.point, table),
                            extras(point, found.joined));
    }
    if (order.size() > most) {
        text += fmt::format("and {} more points (--points N shows more, --json all)\n",
                            order.size() - most);
    }
    return text;
}

}  // namespace

std::string describe(const joined_point& point, const point_table& table) {
    std::string words = table.describe(point.first);
    const std::string& a = table.word(table[point.first], key_word::algorithm);
    const std::string& b = table.word(table[point.second], key_word::algorithm);
    if (!a.empty() || !b.empty()) words += ", " + (a == b ? a : a + " -> " + b);
    // Beside one of the same name that began by the clock.
    if (table.word(table[point.first], key_word::start) == "barrier") words += ", from a barrier";
    return printable(words);
}

std::string comparison_text(const comparison& found, const result_set& first,
                            const result_set& second, const point_table& table,
                            const compare_text_options& options) {
    std::string text = side_text("A", first) + side_text("B", second);
    text += problems_text(first) + problems_text(second);
    text += provenance_text(found.provenance) + not_compared_text(found.joined, "A", "B");
    if (found.points.empty()) return text + "\nNothing was measured on both sides.\n";
    text += "\n" + trust_words(found) + "\n";
    text += fmt::format("\n  {:<34} {:<24} {:<9}  points\n", "operation and size", "B/A, time",
                        "verdict");
    for (const compared_class& one : found.classes) text += class_text(one);
    return text + points_text(found, table, options.most_points);
}

}  // namespace railgauge
