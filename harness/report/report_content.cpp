#include "harness/report/report_content.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/record/key_text.hpp"
#include "harness/report/result_printer.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr std::uint64_t first_bandwidth_size = 64 << 10;
constexpr std::size_t most_problems = 10;  // named of a file; all are counted

// The same for points of one series, which differ in their size.
std::string series_text(std::size_t run, point_key key) {
    key.bytes = 0;
    return fmt::format("{} {}", run, text_of(key));
}

class content_reader final : public results_visitor {
public:
    content_reader(report_content& content, const content_options& options)
        : content_(content), options_(options) {}

    void on_header(run_header&& header, std::uint64_t) override {
        run().header = std::move(header);
    }
    void on_launch(launch_record&& launch, std::uint64_t) override {
        run().launches.push_back(std::move(launch));
    }
    void on_communicator(communicator_record&& made, std::uint64_t) override {
        run().communicators.push_back(std::move(made));
    }
    void on_resume(resume_record&& resume, std::uint64_t) override {
        run().resumes.push_back(std::move(resume));
    }
    void on_end(run_end&& end, std::uint64_t) override { run().end = std::move(end); }

    void on_bad_line(const std::string& problem) override {
        ++run().bad_lines;
        if (run().problems.size() < most_problems) run().problems.push_back(problem);
    }

    void on_point(point_record&& point, std::uint64_t) override {
        ++content_.points;
        run().counts.add(point.status);
        const bool pair = point.place && point.place->ends.size() == 2;
        const bool measured = point.time_us || point.busbw_gbps || point.algbw_gbps;
        if (pair && measured && point.status == point_status::ok) {
            add_pair(std::move(point));
        } else {
            add_measurement(std::move(point));
        }
    }

private:
    report_run& run() { return content_.runs.back(); }

    void add_pair(point_record&& point) {
        const auto bandwidth = point.busbw_gbps ? point.busbw_gbps : point.algbw_gbps;
        const bool is_time =
            point.time_us && (point.key.bytes < first_bandwidth_size || !bandwidth);
        point_key key = point.key;
        key.group = "pairs";
        const std::size_t at = content_.runs.size() - 1;
        const auto [place, fresh] = matrices_.try_emplace(
            fmt::format("{} {}", key.bytes, series_text(at, key)), content_.matrices.size());
        if (fresh) {
            content_.matrices.push_back({at, std::move(key), is_time, !point.busbw_gbps, {}});
        }
        report_matrix& matrix = content_.matrices[place->second];
        const auto& ends = point.place->ends;
        const auto [cell, first] =
            pairs_.try_emplace({place->second, ends[0].rank, ends[1].rank}, matrix.pairs.size());
        if (first) matrix.pairs.push_back({ends[0], ends[1], {}});
        matrix.pairs[cell->second].values.push_back(is_time ? point.time_us->p50 : *bandwidth);
    }

    void add_measurement(point_record&& point) {
        const std::size_t at = content_.runs.size() - 1;
        const auto [place, fresh] =
            series_.try_emplace(series_text(at, point.key), content_.series.size());
        if (fresh) content_.series.push_back({at, point.key, {}});
        auto& rows = content_.series[place->second].rows;
        auto row = std::ranges::lower_bound(rows, point.key.bytes, {}, &report_row::bytes);
        if (row == rows.end() || row->bytes != point.key.bytes) {
            row = rows.insert(row, report_row{point.key.bytes, {}});
        }
        report_measurement one;
        one.launch = point.launch;
        one.round = point.soak_round;
        one.status = point.status;
        one.reason = std::move(point.reason);
        one.time_us = point.time_us;
        one.busbw_gbps = point.busbw_gbps ? point.busbw_gbps : point.algbw_gbps;
        one.is_algbw = !point.busbw_gbps && point.algbw_gbps;
        one.bound_us = point.bound_us;
        one.n = point.n;
        for (const std::string& flag : point.flags) {
            one.flags += (one.flags.empty() ? "" : " ") + flag;
        }
        if (point.samples_us.size() > 1) {
            if (content_.shapes < options_.shapes) {
                ++content_.shapes;
                one.shape = shape_of(point.samples_us, options_.shape_figures);
            } else {
                ++content_.shapes_left;
            }
        }
        row->measurements.push_back(std::move(one));
    }

    report_content& content_;
    const content_options& options_;
    std::map<std::string, std::size_t> series_;
    std::map<std::string, std::size_t> matrices_;
    std::map<std::tuple<std::size_t, std::int32_t, std::int32_t>, std::size_t> pairs_;
};

}  // namespace

sample_shape shape_of(const std::vector<double>& samples_us, std::size_t figures) {
    sample_shape shape;
    std::vector<double> sorted = samples_us;
    std::ranges::sort(sorted);
    const std::size_t quantiles = std::min(figures, sorted.size());
    for (std::size_t i = 0; i < quantiles; ++i) {
        const double rank = static_cast<double>(i) * static_cast<double>(sorted.size() - 1) /
                            static_cast<double>(std::max<std::size_t>(quantiles - 1, 1));
        shape.quantiles_us.push_back(sorted[static_cast<std::size_t>(std::lround(rank))]);
    }
    const std::size_t blocks = std::min(figures, samples_us.size());
    for (std::size_t i = 0; i < blocks; ++i) {
        const auto begin =
            samples_us.begin() + static_cast<std::ptrdiff_t>(i * samples_us.size() / blocks);
        const auto end =
            samples_us.begin() + static_cast<std::ptrdiff_t>((i + 1) * samples_us.size() / blocks);
        shape.course_us.push_back(stats::median(std::vector<double>(begin, end)));
    }
    return shape;
}

std::size_t report_content::launches_most() const noexcept {
    std::size_t most = 1;
    for (const report_series& one : series) {
        for (const report_row& row : one.rows) most = std::max(most, row.measurements.size());
    }
    return most;
}

report_content read_content(const std::vector<std::string>& files, const content_options& options) {
    report_content content;
    std::map<std::string, std::string> seen;
    for (const std::string& file : files) {
        content.runs.emplace_back().file = file;
        content_reader reader(content, options);
        const read_outcome outcome = read_results(
            file, reader, {.samples = content.shapes < options.shapes, .pass_bad_lines = true});
        if (!outcome.header) {
            throw input_error(
                file, 1, 1,
                outcome.cut ? "the file is cut within its header" : "the file is empty");
        }
        report_run& run = content.runs.back();
        run.cut = outcome.cut || !outcome.ended;
        const auto [known, fresh] = seen.try_emplace(run.header.run_id, file);
        if (!fresh) {
            throw usage_error(fmt::format("{} and {} hold the same run, {}; name it once",
                                          known->second, file, run.header.run_id));
        }
    }
    return content;
}

}  // namespace railgauge
