#include "harness/report/html_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "harness/report/compare_text.hpp"
#include "harness/report/comparison_words.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/html_text.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_differences = 200;

// The range of the pictures: as wide as the ratios need, so that equal things look equal.
class ratio_scale {
public:
    void add(const compared_ratio& ratio) {
        for (const double end : {ratio.ratio, ratio.low.value_or(1), ratio.high.value_or(1)}) {
            const double size = std::abs(std::log(end));
            if (std::isfinite(size)) reach_ = std::clamp(size, reach_, std::log(4));
        }
    }
    [[nodiscard]] double place(double ratio) const {
        return 60 + 55 * std::clamp(std::log(ratio) / reach_, -1.0, 1.0);
    }
    [[nodiscard]] std::string words() const {
        return fmt::format("from {:.2f} to {:.2f}", std::exp(-reach_), std::exp(reach_));
    }

private:
    double reach_ = std::log(1.1);
};

std::string picture(const compared_ratio& ratio, const ratio_scale& scale) {
    if (!std::isfinite(ratio.ratio) || !(ratio.ratio > 0)) return {};
    std::string text =
        "<svg class=ratio viewBox=\"0 0 120 12\" aria-hidden=true><path class=grid d=\"M60 "
        "0V12\"/>";
    if (ratio.low && ratio.high && *ratio.low > 0) {
        text += fmt::format("<path class=span d=\"M{:.1f} 6H{:.1f}\"/>", scale.place(*ratio.low),
                            scale.place(*ratio.high));
    }
    return text + fmt::format("<circle cx={:.1f} cy=6 r=3 /></svg>", scale.place(ratio.ratio));
}

std::string ratio_cells(const compared_ratio& ratio, const ratio_scale& scale) {
    const auto word = name_of(ratio.verdict);
    return fmt::format("<td>{}<td class=v-{}>{}<td><b class=v-{}>{}</b>", ratio_text(ratio), word,
                       picture(ratio, scale), word, word);
}

std::string side_html(std::string_view name, const result_set& set) {
    std::string text = fmt::format("<li>{}: {}, {}, {}", name, html_text(set.name),
                                   counted(set.runs.size(), "run"), launches_words(set));
    if (set.not_ok > 0) text += ", " + counted(set.not_ok, "point") + " not ok";
    for (const std::string& problem : set.problems) text += "<br>" + html_text(problem);
    return text + "\n";
}

std::string differences_html(std::span<const provenance_difference> all) {
    if (all.empty()) return "<p>Nothing that was recorded of the two differs.</p>\n";
    std::string text =
        "<h3>What differs in what they were measured on</h3>\n"
        "<table class=words><thead><tr><th><th>A<th>B<tbody>\n";
    for (const provenance_difference& one : all.first(std::min(all.size(), most_differences))) {
        text += fmt::format("<tr><td>{}<td>{}<td>{}\n", html_text(one.what), html_text(one.first),
                            html_text(one.second));
    }
    text += "</table>\n";
    if (all.size() > most_differences) {
        text += fmt::format("<p>And {} more.</p>\n", all.size() - most_differences);
    }
    return text;
}

std::string not_compared_html(const joined_sets& joined) {
    std::string text;
    for (const auto& [what, points] : joined.definitions) {
        text += fmt::format("<li>{}, measured under different definitions ({})\n",
                            counted(points, "point"), html_text(what));
    }
    if (!joined.only_first.empty()) {
        text += fmt::format("<li>{} that only A has\n", counted(joined.only_first.size(), "point"));
    }
    if (!joined.only_second.empty()) {
        text +=
            fmt::format("<li>{} that only B has\n", counted(joined.only_second.size(), "point"));
    }
    if (!text.empty()) text = "<p>Not compared:</p>\n<ul>" + text + "</ul>\n";
    const std::string fewer = fewer_pairs_words(joined);
    return fewer.empty() ? text : text + "<p>" + fewer + ".</p>\n";
}

std::string classes_html(const comparison& found, const ratio_scale& scale) {
    std::string text =
        "<h3>By operation and size</h3>\n<table class=words><thead><tr><th>operation and size"
        "<th>time, B/A<th><th>verdict<th>points<tbody>\n";
    for (const compared_class& one : found.classes) {
        std::string verdicts;
        for (std::size_t i = 0; i < one.verdicts.size(); ++i) {
            if (one.verdicts[i] == 0) continue;
            verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", one.verdicts[i],
                                    name_of(static_cast<verdict_word>(i)));
        }
        text += fmt::format("<tr><td>{}{}<td>{}\n", html_text(class_words(one.of)),
                            ratio_cells(one.time, scale), verdicts);
    }
    return text + "</table>\n";
}

std::string points_html(const comparison_part& part, std::span<const std::size_t> shown,
                        const ratio_scale& scale) {
    std::string text =
        "<h3>Points</h3>\n<table class=words><thead><tr><th>point<th>time, B/A<th><th>verdict"
        "<th>A, us<th>B, us<th>of bound, B/A<th>a watt, B/A<tbody>\n";
    for (const std::size_t at : shown) {
        const compared_point& point = part.found.points[at];
        const packed_key& key = part.table[point.point.first];
        const std::string pairs = pairs_words(point.time, part.found.joined);
        const auto gbps = bandwidths_of(point, part.table);
        text += fmt::format(
            "<tr data-op=\"{}\" data-backend=\"{}\" data-ranks=\"{}\"><td>{}{}<td>{}<td>{}<td>{}"
            "<td>{}\n",
            html_text(part.table.word(key, key_word::op)),
            html_text(part.table.word(key, key_word::backend)), key.ranks,
            html_text(describe(point.point, part.table)) + (pairs.empty() ? "" : ", " + pairs),
            ratio_cells(point.time, scale),
            gbps ? html_figure(gbps->first) + " GB/s" : html_figure(point.first_us),
            gbps ? html_figure(gbps->second) + " GB/s" : html_figure(point.second_us),
            html_figure(point.percent_of_bound_ratio), html_figure(point.efficiency_ratio));
    }
    text += "</table>\n";
    if (shown.size() < part.found.points.size()) {
        text += fmt::format(
            "<p>The first {} of {} points; <code>railgauge compare</code> has all."
            "</p>\n",
            shown.size(), part.found.points.size());
    }
    return text;
}

}  // namespace

std::string comparison_html(const comparison_part& part) {
    const comparison& found = part.found;
    std::string text = "<h2 id=comparison>Comparison</h2>\n<ul>" + side_html("A", part.first) +
                       side_html("B", part.second) + "</ul>\n" +
                       differences_html(found.provenance) + not_compared_html(found.joined);
    if (found.points.empty()) return text + "<p>Nothing was measured on both sides.</p>\n";
    std::vector<std::size_t> order = by_interest(found);
    order.resize(std::min(order.size(), most_compared_points));
    ratio_scale scale;
    for (const compared_class& one : found.classes) scale.add(one.time);
    for (const std::size_t at : order) scale.add(found.points[at].time);
    text += fmt::format(
        "<p>{} Above 1, B takes longer. In brackets the 95 % interval over pairs of launches; the "
        "pictures reach {}.</p>\n",
        html_text(trust_words(found)), scale.words());
    return text + classes_html(found, scale) + points_html(part, order, scale);
}

}  // namespace railgauge
