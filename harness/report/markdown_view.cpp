#include <fmt/format.h>

#include <algorithm>

#include "harness/report/content_views.hpp"
#include "harness/report/html_series.hpp"
#include "harness/report/html_text.hpp"
#include "harness/report/markdown_text.hpp"

namespace railgauge {
namespace {

std::string interval(const row_summary& all) {
    if (!all.low_us || !all.high_us) return {};
    return html_figure(all.low_us) + " to " + html_figure(all.high_us);
}

// What is not as it should be, of all measurements of a row.
std::string notes_of(const report_row& row) {
    std::string text;
    for (const report_measurement& one : row.measurements) {
        std::string note = one.flags;
        if (one.status != point_status::ok) {
            note = fmt::format("{}: {}", name_of(one.status), one.reason);
        }
        if (note.empty() || text.find(note) != std::string::npos) continue;
        text += (text.empty() ? "" : "; ") + note;
    }
    return markdown_text(text);
}

std::string series_markdown(const report_series& one, bool several_runs) {
    std::string title = markdown_text(title_of(one.key));
    if (several_runs) title += fmt::format(" (run {})", one.run + 1);
    std::string text = fmt::format(
        "\n### {}\n\n| size | time, us | 95 % interval | {}, GB/s | % of bound | measured | notes "
        "|\n| ---: | ---: | ---: | ---: | ---: | ---: | :--- |\n",
        title, bandwidth_name(one));
    for (const report_row& row : one.rows) {
        const row_summary all = summary_of(row);
        std::optional<double> percent;
        if (all.bound_us && all.time_us && *all.time_us > 0) {
            percent = 100 * *all.bound_us / *all.time_us;
        }
        text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", html_size(row.bytes),
                            html_figure(all.time_us), interval(all), html_figure(all.busbw_gbps),
                            html_figure(percent), all.measured, notes_of(row));
    }
    return text;
}

std::string problems_markdown(const report_run& run) {
    std::string text;
    for (const std::string& problem : run.problems) {
        text += "\n- left out: " + markdown_text(problem);
    }
    if (run.bad_lines > run.problems.size()) {
        text += fmt::format("\n- and {} more lines of {}", run.bad_lines - run.problems.size(),
                            markdown_text(run.file));
    }
    return text.empty() ? text : text + "\n";
}

}  // namespace

std::string markdown_view(const report_content& content, const std::string& comparison) {
    std::string text =
        "## railgauge\n\n| run | file | started | ok | skipped | failed | invalid |\n"
        "| ---: | :--- | :--- | ---: | ---: | ---: | ---: |\n";
    for (std::size_t i = 0; i < content.runs.size() && i < 1000; ++i) {
        const report_run& run = content.runs[i];
        text +=
            fmt::format("| {} | {}{} | {} | {} | {} | {} | {} |\n", i + 1, markdown_text(run.file),
                        run.cut ? " (cut)" : "", markdown_text(run.header.started),
                        run.counts[point_status::ok], run.counts[point_status::skipped],
                        run.counts[point_status::failed], run.counts[point_status::invalid]);
    }
    for (const report_run& run : content.runs) text += problems_markdown(run);
    constexpr std::size_t room_for_words = 200;
    text += comparison;
    std::size_t left_out = 0;
    for (const report_series& one : content.series) {
        const std::string part = series_markdown(one, content.runs.size() > 1);
        if (text.size() + part.size() > most_markdown_bytes - room_for_words) {
            ++left_out;
        } else {
            text += part;
        }
    }
    if (left_out > 0) {
        text +=
            fmt::format("\n{} more series do not fit here; the HTML report has them.\n", left_out);
    }
    if (!content.matrices.empty()) {
        text += fmt::format("\n{} matrices of pairs are in the HTML report.\n",
                            content.matrices.size());
    }
    return text;
}

}  // namespace railgauge
