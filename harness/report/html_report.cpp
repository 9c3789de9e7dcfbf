#include "harness/report/html_report.hpp"

#include <fmt/format.h>

#include <map>
#include <ostream>
#include <set>

#include "harness/report/html_matrix.hpp"
#include "harness/report/html_provenance.hpp"
#include "harness/report/html_series.hpp"
#include "harness/report/html_text.hpp"
#include "harness/report/report_assets.hpp"
#include "harness/report/svg_chart.hpp"

namespace railgauge {
namespace {

constexpr std::size_t curves_in_chart = 8;

chart_curve curve_of(const report_series& one, const std::string& label, bool bandwidth) {
    chart_curve curve;
    curve.label = label;
    for (const report_row& row : one.rows) {
        const row_summary all = summary_of(row);
        if (row.bytes == 0) continue;
        const auto size = static_cast<double>(row.bytes);
        if (bandwidth && !all.time_us && all.busbw_gbps) {
            curve.points.push_back({size, *all.busbw_gbps, {}, {}});
        }
        if (!all.time_us) continue;
        // What a time is worth in bandwidth at this size.
        const double moved = all.busbw_gbps.value_or(0) * *all.time_us;
        const auto value = [&](double time_us) { return bandwidth ? moved / time_us : time_us; };
        chart_point point{size, value(*all.time_us), {}, {}};
        if (all.low_us && all.high_us && *all.low_us > 0) {
            point.low = value(bandwidth ? *all.high_us : *all.low_us);
            point.high = value(bandwidth ? *all.low_us : *all.high_us);
        }
        curve.points.push_back(point);
        if (all.bound_us && *all.bound_us > 0) {
            curve.bound.push_back({size, value(*all.bound_us), {}, {}});
        }
    }
    return curve;
}

// An operation's series are of one tool.
std::string bandwidth_of(const report_content& content, const std::vector<std::size_t>& members) {
    return std::string(bandwidth_name(content.series[members.front()]));
}

// For each operation time and bandwidth over size, of its first series; nothing for many points,
// where the curves would outweigh the tables.
std::string charts_html(const report_content& content) {
    if (content.points >= full_tables_below)
        return "<p>Curves need a script: there are many.</p>\n";
    std::map<std::string, std::vector<std::size_t>> operations;
    for (std::size_t i = 0; i < content.series.size(); ++i) {
        operations[content.series[i].key.op].push_back(i);
    }
    std::string text;
    for (const auto& [op, members] : operations) {
        std::string charts;
        for (const bool bandwidth : {false, true}) {
            std::vector<chart_curve> curves;
            for (const std::size_t i : members) {
                if (curves.size() == curves_in_chart) break;
                const report_series& one = content.series[i];
                std::string label = title_of(one.key);
                if (content.runs.size() > 1) label += fmt::format(" (run {})", one.run + 1);
                chart_curve curve = curve_of(one, label, bandwidth);
                if (curve.points.size() > 1) curves.push_back(std::move(curve));
            }
            const std::string what =
                bandwidth ? bandwidth_of(content, members) + ", GB/s" : "time, us";
            charts += svg_chart(op + ": " + what + " over size", what, curves);
        }
        if (charts.empty()) continue;
        text += fmt::format("<div class=charts data-op=\"{0}\"><h3>{0}</h3>\n{1}", html_text(op),
                            charts);
        if (members.size() > curves_in_chart) {
            text +=
                fmt::format("<p>The first {} of {} series.</p>\n", curves_in_chart, members.size());
        }
        text += "</div>\n";
    }
    return text;
}

std::string filters_html(const report_content& content) {
    std::set<std::string> operations;
    std::set<std::string> backends;
    std::set<std::int32_t> ranks;
    const auto add = [&](const point_key& key) {
        operations.insert(key.op);
        backends.insert(key.backend);
        ranks.insert(key.ranks);
    };
    for (const auto& one : content.series) add(one.key);
    for (const auto& one : content.matrices) add(one.key);
    const auto choice = [](std::string_view name, std::string_view label, const auto& values) {
        std::string text =
            fmt::format("<label>{} <select id=f-{}><option value=\"\">all</option>", label, name);
        for (const auto& value : values) {
            text += fmt::format("<option>{}</option>", html_text(fmt::format("{}", value)));
        }
        return text + "</select></label>\n";
    };
    // Of no use without a script, which shows it.
    return "<form id=filters hidden>" + choice("op", "operation", operations) +
           choice("backend", "backend", backends) + choice("ranks", "ranks", ranks) +
           "<output id=shown></output></form>\n";
}

void write_head(std::ostream& out) {
    out << "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
           "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
           "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
           "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=color-scheme content=\"light dark\">\n<link rel=icon href=\"data:,\">\n"
           "<title>railgauge report</title>\n<style>\n"
        << report_style() << uplot_style() << "</style>\n</head>\n<body>\n";
}

void write_scripts(std::ostream& out, const report_content& content) {
    out << "<script type=\"application/json\" id=shapes>" << shapes_json(content) << "</script>\n";
    if (!uplot_script().empty()) out << "<script>\n" << uplot_script() << "\n</script>\n";
    out << "<script>\n" << report_script() << "</script>\n";
}

}  // namespace

void write_html_report(std::ostream& out, const report_content& content,
                       const std::string& comparison) {
    write_head(out);
    out << "<h1>railgauge report</h1>\n"
        << runs_html(content) << filters_html(content) << comparison;
    if (!content.series.empty()) {
        out << "<h2>Curves</h2>\n<div id=curves></div>\n<div id=static-curves>\n"
            << charts_html(content) << "</div>\n";
        out << "<div id=samples hidden><h2>Samples of a point</h2>\n"
               "<label>point <select id=point></select></label>\n<div id=distribution></div>\n";
        if (content.shapes_left > 0) {
            out << fmt::format("<p>The first {} points; {} more have samples in the files.</p>\n",
                               content.shapes, content.shapes_left);
        }
        out << "</div>\n";
    }
    if (!content.matrices.empty()) {
        out << "<h2>Pairs</h2>\n";
        for (const report_matrix& matrix : content.matrices) {
            out << matrix_html(matrix, content.runs.size() > 1
                                           ? fmt::format("run {}", matrix.run + 1)
                                           : std::string());
        }
    }
    if (!content.series.empty()) {
        out << "<h2>Tables</h2>\n<p>Time is the median; low and high its 95 % interval: within the "
               "launch where there is one, else of the launches' medians. 1 GB is 10<sup>9</sup> "
               "bytes, K, M and G of sizes are powers of two.</p>\n";
        if (content.points >= full_tables_below) {
            out << fmt::format(
                "<p>{} points: the tables have the main figures; the files and "
                "<code>--format csv</code> have all.</p>\n",
                content.points);
        }
        out << series_html(content);
    }
    out << "<h2>Provenance</h2>\n" << provenance_html(content);
    write_scripts(out, content);
    out << "</body>\n</html>\n";
}

}  // namespace railgauge
