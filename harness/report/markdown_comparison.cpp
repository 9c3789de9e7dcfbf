#include <fmt/format.h>

#include <algorithm>

#include "harness/report/compare_text.hpp"
#include "harness/report/comparison_words.hpp"
#include "harness/report/content_views.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/html_comparison.hpp"
#include "harness/report/html_text.hpp"
#include "harness/report/markdown_text.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_differences = 50;

// What a file says can be long, and a summary has little room.
std::string clipped(const std::string& text) {
    constexpr std::size_t most = 200;
    return markdown_text(text.size() <= most ? text : text.substr(0, most) + "...");
}

std::string side_markdown(std::string_view name, const result_set& set) {
    std::string text = fmt::format("- {}: {}, {}, {}\n", name, clipped(set.name),
                                   counted(set.runs.size(), "run"), launches_words(set));
    for (const std::string& problem : set.problems) {
        text += "- left out: " + clipped(problem) + "\n";
    }
    return text;
}

std::string differences_markdown(const std::vector<provenance_difference>& all) {
    if (all.empty()) return "\nNothing that was recorded of the two differs.\n";
    std::string text = "\n| measured on | A | B |\n| :--- | :--- | :--- |\n";
    for (std::size_t i = 0; i < std::min(all.size(), most_differences); ++i) {
        text += fmt::format("| {} | {} | {} |\n", clipped(all[i].what), clipped(all[i].first),
                            clipped(all[i].second));
    }
    if (all.size() > most_differences) {
        text += fmt::format("\nAnd {} more.\n", all.size() - most_differences);
    }
    return text;
}

}  // namespace

std::string comparison_markdown(const comparison_part& part) {
    const comparison& found = part.found;
    std::string text = "\n### Comparison\n\n" + side_markdown("A", part.first) +
                       side_markdown("B", part.second) + differences_markdown(found.provenance);
    for (const auto& [what, points] : found.joined.definitions) {
        text += fmt::format("\nNot compared, measured under different definitions: {} ({}).\n",
                            counted(points, "point"), clipped(what));
    }
    const std::string fewer = fewer_pairs_words(found.joined);
    if (!fewer.empty()) text += "\n" + fewer + ".\n";
    if (found.points.empty()) return text + "\nNothing was measured on both sides.\n";
    text += "\n" + trust_words(found) + " Above 1, B takes longer.\n\n" +
            "| operation and size | time, B/A | verdict |\n| :--- | ---: | :--- |\n";
    for (const compared_class& one : found.classes) {
        text += fmt::format("| {} | {} | {} |\n", markdown_text(class_words(one.of)),
                            markdown_text(ratio_text(one.time)), name_of(one.time.verdict));
    }
    text +=
        "\n| point | time, B/A | verdict | A, us | B, us |\n| :--- | ---: | :--- | ---: | ---: "
        "|\n";
    const auto order = by_interest(found);
    std::size_t shown = 0;
    for (const std::size_t at : order) {
        const compared_point& point = found.points[at];
        const std::string pairs = pairs_words(point.time, found.joined);
        const auto gbps = bandwidths_of(point, part.table);
        const std::string row = fmt::format(
            "| {}{} | {} | {} | {} | {} |\n", markdown_text(describe(point.point, part.table)),
            pairs.empty() ? "" : ", " + pairs, markdown_text(ratio_text(point.time)),
            name_of(point.time.verdict),
            gbps ? html_figure(gbps->first) + " GB/s" : html_figure(point.first_us),
            gbps ? html_figure(gbps->second) + " GB/s" : html_figure(point.second_us));
        if (shown == most_compared_points || text.size() + row.size() > most_markdown_bytes / 2) {
            break;
        }
        text += row;
        ++shown;
    }
    if (shown < order.size()) {
        text += fmt::format("\nThe first {} of {} points.\n", shown, order.size());
    }
    return text;
}

}  // namespace railgauge
