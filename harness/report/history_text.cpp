#include "harness/report/history_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_differences = 12;

std::string run_text(const set_run& run) {
    return fmt::format("{} ({})", printable(run.header.started), printable(run.file));
}

std::string provenance_text(const history_event& event) {
    if (event.provenance.empty()) {
        return "    nothing that was recorded of the two runs differs, but what differs always\n";
    }
    std::string text;
    const std::size_t shown = std::min(event.provenance.size(), most_differences);
    for (std::size_t i = 0; i < shown; ++i) {
        const provenance_difference& one = event.provenance[i];
        text += fmt::format("    {}: {} -> {}\n", printable(one.what), printable(one.first),
                            printable(one.second));
    }
    if (event.provenance.size() > shown) {
        text += fmt::format("    and {} more (--json has all)\n", event.provenance.size() - shown);
    }
    return text;
}

std::string value_text(const history_series& series, double time_us, const point_table& table) {
    if (table[series.point].bandwidth_alone) return show_bandwidth(1e-3 / time_us) + " GB/s";
    return format_duration_us(time_us);
}

std::string event_text(const history_event& event, const history_system& system,
                       const point_table& table, std::size_t most) {
    std::string text = fmt::format("\n  Changed between {}\n              and {}: {} series\n",
                                   run_text(system.runs[event.before]),
                                   run_text(system.runs[event.after]), event.members.size());
    text += provenance_text(event);
    const std::size_t shown = std::min(most, event.members.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const history_series& series = system.series[event.members[i].series];
        const series_change& change = series.changes[event.members[i].change];
        text += fmt::format("    x{:<7.3f} {:>10} -> {:>10}  {} ({} before, {} after; p {:.2g})\n",
                            change.ratio, value_text(series, change.before_us, table),
                            value_text(series, change.after_us, table), describe(series, table),
                            counted(change.runs_before, "run"), change.runs_after, change.p_value);
    }
    if (event.members.size() > shown) {
        text += fmt::format("    and {} more series (--series N shows more, --json all)\n",
                            event.members.size() - shown);
    }
    return text;
}

std::string too_few_text(const history_system& system) {
    const std::size_t count = system.too_few();
    if (count == 0) return {};
    std::size_t least = system.runs.size();
    std::size_t greatest = 0;
    for (const history_series& series : system.series) {
        if (!series.too_few) continue;
        least = std::min(least, series.runs.size());
        greatest = std::max(greatest, series.runs.size());
    }
    return fmt::format(
        "\n  {} series with {} runs: too few to tell a change from chance\n", count,
        least == greatest ? std::to_string(least) : fmt::format("{} to {}", least, greatest));
}

std::string system_text(const history_system& system, const point_table& table, std::size_t most) {
    std::string text = fmt::format("{}: {}, {} series", printable(system.identity.text()),
                                   counted(system.runs.size(), "run"), system.series.size());
    if (!system.runs.empty() && !system.runs.front().header.started.empty()) {
        text += fmt::format(", {} to {}", printable(system.runs.front().header.started),
                            printable(system.runs.back().header.started));
    }
    text += "\n";
    std::size_t quiet = 0;
    for (const history_series& series : system.series) {
        quiet += !series.too_few && series.changes.empty() ? 1 : 0;
    }
    for (const history_event& event : system.events) {
        text += event_text(event, system, table, most);
    }
    if (quiet > 0) text += fmt::format("\n  No change in {} series\n", quiet);
    return text + too_few_text(system);
}

}  // namespace

std::string describe(const history_series& series, const point_table& table) {
    const std::string& algorithm = table.word(table[series.point], key_word::algorithm);
    std::string text = table.describe(series.point);
    if (series.any_algorithm) {
        text += ", algorithms differ";
    } else if (!algorithm.empty()) {
        text += ", " + algorithm;
    }
    return printable(text);
}

std::string history_text(const history& found, const point_table& table,
                         const history_text_options& options) {
    std::string text;
    for (const std::string& problem : found.problems) text += printable(problem) + "\n";
    if (!found.problems.empty()) text += "\n";
    for (std::size_t i = 0; i < found.systems.size(); ++i) {
        text += (i == 0 ? "" : "\n") + system_text(found.systems[i], table, options.most_series);
    }
    if (!found.left_out.empty()) {
        text +=
            fmt::format("\nLeft out, other hosts: {}\n", counted(found.left_out.size(), "system"));
    }
    if (found.systems.empty()) text += "No run to tell of.\n";
    return text;
}

}  // namespace railgauge
