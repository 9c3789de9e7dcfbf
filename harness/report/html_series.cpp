#include "harness/report/html_series.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/record/manner_words.hpp"
#include "harness/report/html_text.hpp"
#include "harness/stats/median_interval.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

std::string cell(const std::string& text) {
    return "<td>" + text;
}

std::string heading(std::initializer_list<std::string_view> names) {
    std::string row = "<thead><tr>";
    for (const std::string_view name : names) row += fmt::format("<th>{}", name);
    return row + "<tbody>\n";
}

// size, time, low, high, busbw: the first columns of each full table.
std::string first_cells(std::uint64_t bytes, const row_summary& all) {
    return "<tr>" + cell(html_size(bytes)) + cell(html_figure(all.time_us)) +
           cell(html_figure(all.low_us)) + cell(html_figure(all.high_us)) +
           cell(html_figure(all.busbw_gbps));
}

std::optional<double> percent_of_bound(const row_summary& all) {
    if (!all.bound_us || !all.time_us || !(*all.time_us > 0)) return std::nullopt;
    return 100 * *all.bound_us / *all.time_us;
}

std::string bound_cells(const row_summary& all) {
    return cell(html_figure(all.bound_us)) + cell(html_figure(percent_of_bound(all)));
}

bool has_bound(const report_series& one) {
    return std::ranges::any_of(one.rows, [](const report_row& row) {
        return std::ranges::any_of(row.measurements,
                                   [](const auto& each) { return each.bound_us.has_value(); });
    });
}

bool is_repeated(const report_series& one) {
    return std::ranges::any_of(one.rows,
                               [](const auto& row) { return row.measurements.size() > 1; });
}

std::string status_text(const report_measurement& one) {
    std::string text;
    if (one.status != point_status::ok) {
        text = fmt::format("<b>{}</b>: {}", name_of(one.status), html_text(one.reason));
    }
    if (!one.flags.empty()) text += (text.empty() ? "" : "; ") + html_text(one.flags);
    return text;
}

// How far the interval reaches from the time, at most, in percent of it.
std::string half_width(const row_summary& all) {
    if (!all.time_us || !all.low_us || !all.high_us || !(*all.time_us > 0)) return {};
    const double reach = std::max(*all.time_us - *all.low_us, *all.high_us - *all.time_us);
    return fmt::format("{:.2g}", 100 * reach / *all.time_us);
}

// Columns of text, divided by tabs: every byte of a row counts a hundred thousand times, and so
// does every element.
std::string lean_table(const report_series& one, bool bound) {
    std::string text =
        fmt::format("<pre class=points>size\ttime, us\t± %\t{}, GB/s", bandwidth_name(one));
    text += bound ? "\t% of bound\n" : "\n";
    for (const report_row& row : one.rows) {
        const row_summary all = summary_of(row);
        text += html_size(row.bytes) + '\t' + html_figure(all.time_us) + '\t' + half_width(all) +
                '\t' + html_figure(all.busbw_gbps);
        if (bound) text += '\t' + html_figure(percent_of_bound(all));
        text += '\n';
    }
    return text + "</pre>\n";
}

// Of several launches: what they say together.
std::string launches_table(const report_series& one, bool bound) {
    const std::string bandwidth = fmt::format("{}, GB/s", bandwidth_name(one));
    std::string text = "<table class=points>" +
                       (bound ? heading({"size", "time, us", "low", "high", bandwidth, "bound, us",
                                         "% of bound", "fastest, us", "slowest, us", "measured"})
                              : heading({"size", "time, us", "low", "high", bandwidth,
                                         "fastest, us", "slowest, us", "measured"}));
    for (const report_row& row : one.rows) {
        const row_summary all = summary_of(row);
        const bool any = all.time_us.has_value();
        text += first_cells(row.bytes, all) + (bound ? bound_cells(all) : "") +
                cell(any ? html_figure(all.fastest_us) : "") +
                cell(any ? html_figure(all.slowest_us) : "") +
                cell(fmt::format("{} of {}", all.measured, row.measurements.size())) + "\n";
    }
    return text + "</table>\n";
}

// Each measurement with all its figures.
std::string full_table(const report_series& one, bool bound, bool repeated) {
    std::string text = repeated ? "<table class=each>" : "<table class=points>";
    text += fmt::format("<thead><tr><th>size<th>time, us<th>low<th>high<th>{}, GB/s",
                        bandwidth_name(one));
    if (bound) text += "<th>bound, us<th>% of bound";
    text += "<th>min<th>p95<th>p99<th>max<th>n";
    if (repeated) text += "<th>launch<th>round";
    text += "<th>notes<tbody>\n";
    for (const report_row& row : one.rows) {
        for (const report_measurement& each : row.measurements) {
            const row_summary all = summary_of({row.bytes, {each}});
            text += first_cells(row.bytes, all) + (bound ? bound_cells(all) : "");
            if (each.time_us) {
                const time_summary& time = *each.time_us;
                text += cell(html_figure(time.min)) + cell(html_figure(time.p95)) +
                        cell(html_figure(time.p99)) + cell(html_figure(time.max));
            } else {
                text += "<td><td><td><td>";
            }
            text += cell(std::to_string(each.n));
            if (repeated) {
                text += cell(std::to_string(each.launch)) + cell(std::to_string(each.round));
            }
            text += cell(status_text(each)) + "\n";
        }
    }
    return text + "</table>\n";
}

}  // namespace

std::string_view bandwidth_name(const row_summary& all) {
    return all.is_algbw ? "algbw" : "busbw";
}

std::string_view bandwidth_name(const report_series& one) {
    const bool algbw = std::ranges::any_of(one.rows, [](const report_row& row) {
        return std::ranges::any_of(row.measurements, &report_measurement::is_algbw);
    });
    return algbw ? "algbw" : "busbw";
}

row_summary summary_of(const report_row& row) {
    row_summary all;
    std::vector<double> times;
    std::vector<double> bandwidths;
    for (const report_measurement& one : row.measurements) {
        if (one.bound_us && !all.bound_us) all.bound_us = one.bound_us;
        if (one.busbw_gbps) bandwidths.push_back(*one.busbw_gbps);
        all.is_algbw |= one.is_algbw;
        if (!one.time_us) continue;
        times.push_back(one.time_us->p50);
        all.low_us = one.time_us->ci_low;
        all.high_us = one.time_us->ci_high;
    }
    all.measured = std::max(times.size(), bandwidths.size());
    if (!bandwidths.empty()) all.busbw_gbps = stats::median(bandwidths);
    if (times.empty()) return all;
    const stats::median_estimate middle = stats::estimate_median(times);
    all.time_us = middle.p50;
    if (times.size() > 1) {  // the launch is the unit of replication
        all.low_us = middle.low;
        all.high_us = middle.high;
    }
    all.fastest_us = *std::ranges::min_element(times);
    all.slowest_us = *std::ranges::max_element(times);
    return all;
}

std::string title_of(const point_key& key) {
    std::string text = key.op + " " + key.backend;
    if (!key.algorithm.empty()) text += ", " + key.algorithm;
    if (key.op != "barrier" && !key.dtype.empty()) text += ", " + key.dtype;
    if (!key.redop.empty() && key.redop != "none") text += " " + key.redop;
    text += fmt::format(", {} rank{}, {}", key.ranks, key.ranks == 1 ? "" : "s", key.timing);
    if (key.in_place) text += ", in place";
    if (key.root != 0) text += fmt::format(", root {}", key.root);
    if (key.window != 1) text += fmt::format(", window {}", key.window);
    if (key.memory != "host") text += ", " + key.memory;
    for (const std::string& word : manner_words(key)) text += ", " + word;
    if (key.group != "world") text += ", group " + key.group;
    return text;
}

std::string series_html(const report_content& content) {
    const bool lean = content.points >= full_tables_below;
    std::string text;
    for (std::size_t i = 0; i < content.series.size(); ++i) {
        const report_series& one = content.series[i];
        const bool bound = has_bound(one);
        const bool repeated = is_repeated(one);
        std::string title = html_text(title_of(one.key));
        if (content.runs.size() > 1) title += fmt::format(" (run {})", one.run + 1);
        text += fmt::format(
            "<section class=series id=s{} data-op=\"{}\" data-backend=\"{}\" data-ranks=\"{}\">"
            "<h3>{}</h3>\n",
            i, html_text(one.key.op), html_text(one.key.backend), one.key.ranks, title);
        if (lean) {
            text += lean_table(one, bound);
        } else if (repeated) {
            text += launches_table(one, bound) +
                    "<details><summary>each launch and round</summary>\n" +
                    full_table(one, bound, true) + "</details>\n";
        } else {
            text += full_table(one, bound, false);
        }
        text += "</section>\n";
    }
    return text;
}

// Only figures and words of our own stand in it, nothing from elsewhere.
std::string shapes_json(const report_content& content) {
    std::string text = "[";
    const auto list = [](const std::vector<double>& figures) {
        std::string all;
        for (const double figure : figures) {
            const std::string shown = html_figure(figure);
            all += (all.empty() ? "" : ",") + (shown.empty() ? "null" : shown);
        }
        return all;
    };
    for (std::size_t i = 0; i < content.series.size(); ++i) {
        for (const report_row& row : content.series[i].rows) {
            for (const report_measurement& one : row.measurements) {
                if (!one.shape) continue;
                text += fmt::format(
                    "{}\n{{\"s\":{},\"size\":\"{}\",\"launch\":{},\"round\":{},\"n\":{},"
                    "\"q\":[{}],\"t\":[{}]}}",
                    text.size() > 1 ? "," : "", i, html_size(row.bytes), one.launch, one.round,
                    one.n, list(one.shape->quantiles_us), list(one.shape->course_us));
            }
        }
    }
    return text + "]";
}

}  // namespace railgauge
