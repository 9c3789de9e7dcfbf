#include <fmt/format.h>

#include "harness/report/content_views.hpp"
#include "harness/report/html_series.hpp"
#include "harness/report/printable.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

// Label values: backslash, quotation mark and newline are escaped; printable() leaves no newline.
std::string label(std::string_view name, std::string_view value) {
    std::string text = std::string(name) + "=\"";
    for (const char c : printable(value)) {
        if (c == '\\' || c == '"') text += '\\';
        text += c;
    }
    return text + '"';
}

// All that tells one measurement from another, so that no two lines have the same labels.
std::string labels_of(const point_key& key, std::uint64_t bytes, std::size_t run, bool runs) {
    std::string text = label("op", key.op);
    const auto add = [&](std::string_view name, std::string_view value) {
        text += ',' + label(name, value);
    };
    add("backend", key.backend);
    add("algorithm", key.algorithm);
    add("dtype", key.dtype);
    add("redop", key.redop);
    add("bytes", std::to_string(bytes));
    add("ranks", std::to_string(key.ranks));
    add("group", key.group);
    add("timing", key.timing);
    add("in_place", key.in_place ? "true" : "false");
    if (key.root != 0) add("root", std::to_string(key.root));
    if (key.window != 1) add("window", std::to_string(key.window));
    if (key.memory != "host") add("memory", key.memory);
    if (key.graph) add("graph", "true");
    if (key.registration != "none") add("registration", key.registration);
    if (key.streams != 1) add("streams", std::to_string(key.streams));
    if (key.host_memory != "pinned") add("host_memory", key.host_memory);
    if (key.host_numa >= 0) add("host_numa", std::to_string(key.host_numa));
    if (key.load_processors != 0) add("load_processors", std::to_string(key.load_processors));
    if (key.gpus_per_rank != 1) add("gpus_per_rank", std::to_string(key.gpus_per_rank));
    if (runs) add("run", std::to_string(run + 1));
    return text;
}

struct metric {
    std::string_view name;
    std::string_view help;
    std::string lines;

    void add(const std::string& labels, double value) {
        lines += fmt::format("{}{{{}}} {}\n", name, labels, value);
    }
    [[nodiscard]] std::string text() const {
        if (lines.empty()) return {};
        return fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{2}", name, help, lines);
    }
};

}  // namespace

std::string prometheus_view(const report_content& content) {
    const bool runs = content.runs.size() > 1;
    metric time{"railgauge_time_seconds", "Median time of one operation.", ""};
    metric low{"railgauge_time_low_seconds", "Lower end of the median's 95 % interval.", ""};
    metric high{"railgauge_time_high_seconds", "Upper end of the median's 95 % interval.", ""};
    metric bandwidth{"railgauge_busbw_bytes_per_second",
                     "Bus bandwidth as nccl-tests defines it, from the median.", ""};
    metric algorithm{"railgauge_algbw_bytes_per_second",
                     "Bandwidth as another tool gives it, which defines no bus bandwidth.", ""};
    metric bound{"railgauge_bound_ratio",
                 "The least time that the topology allows, over the median.", ""};
    metric points{"railgauge_points", "Points of a run by status.", ""};
    for (const report_series& one : content.series) {
        for (const report_row& row : one.rows) {
            const row_summary all = summary_of(row);
            if (!all.time_us && !all.busbw_gbps) continue;
            const std::string labels = labels_of(one.key, row.bytes, one.run, runs);
            if (all.time_us) time.add(labels, *all.time_us / 1e6);
            if (all.low_us && all.high_us) {
                low.add(labels, *all.low_us / 1e6);
                high.add(labels, *all.high_us / 1e6);
            }
            if (all.busbw_gbps) {
                (all.is_algbw ? algorithm : bandwidth).add(labels, *all.busbw_gbps * 1e9);
            }
            if (all.bound_us && all.time_us && *all.time_us > 0) {
                bound.add(labels, *all.bound_us / *all.time_us);
            }
        }
    }
    for (const report_matrix& matrix : content.matrices) {
        for (const report_pair& pair : matrix.pairs) {
            const double value = stats::median(pair.values);
            const std::string labels =
                labels_of(matrix.key, matrix.key.bytes, matrix.run, runs) +
                fmt::format(",from=\"{}\",to=\"{}\"", pair.from.rank, pair.to.rank);
            if (matrix.is_time) {
                time.add(labels, value / 1e6);
            } else {
                (matrix.is_algbw ? algorithm : bandwidth).add(labels, value * 1e9);
            }
        }
    }
    for (std::size_t i = 0; i < content.runs.size(); ++i) {
        for (const auto status : {point_status::ok, point_status::skipped, point_status::failed,
                                  point_status::invalid}) {
            std::string labels = label("status", name_of(status));
            if (runs) labels += fmt::format(",run=\"{}\"", i + 1);
            points.add(labels, static_cast<double>(content.runs[i].counts[status]));
        }
    }
    return time.text() + low.text() + high.text() + bandwidth.text() + algorithm.text() +
           bound.text() + points.text();
}

}  // namespace railgauge
