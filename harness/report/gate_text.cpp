#include <fmt/format.h>

#include <algorithm>

#include "harness/report/compare_parts.hpp"
#include "harness/report/comparison_words.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/gate_views.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

std::string row(const gated& one, const joined_sets& joined) {
    std::string note;
    const std::string pairs = pairs_words(one.time, joined);
    if (!pairs.empty()) note += "  (" + pairs + ")";
    if (one.accepted > 1) note += fmt::format("  (accepted: {:.3f})", one.accepted);
    if (one.suspicious) note += "  (looks slower)";
    return fmt::format("{:<24} {:>9} {:>10}  {:<9}  {}{}\n", ratio_text(one.time),
                       share_text(one.threshold), share_text(one.detectable),
                       name_of(one.time.verdict), printable(one.name), note);
}

std::string table(const std::vector<gated>& series, const joined_sets& joined, const char* what,
                  std::size_t most) {
    std::string text = fmt::format("\n{:<24} {:>9} {:>10}  {:<9}  {}\n", "candidate/baseline, time",
                                   "passes to", "would find", "verdict", what);
    const auto order = gate_order(series);
    for (std::size_t i = 0; i < std::min(order.size(), most); ++i)
        text += row(series[order[i]], joined);
    if (order.size() > most) {
        text +=
            fmt::format("and {} more (--points N shows more, --json all)\n", order.size() - most);
    }
    return text;
}

std::string accepted_text(const std::vector<acceptance>& accepted, std::size_t most) {
    if (accepted.empty()) return {};
    std::string text = "\nAccepted:\n";
    for (std::size_t i = 0; i < std::min(accepted.size(), most); ++i) {
        const acceptance& one = accepted[i];
        text += fmt::format("  {:.3f}  {}, by {} on {}: {}\n", one.ratio, printable(one.series),
                            printable(one.who), printable(one.when), printable(one.why));
    }
    if (accepted.size() > most) text += fmt::format("  and {} more\n", accepted.size() - most);
    return text;
}

}  // namespace

std::string gate_text(const gate_view& view, std::size_t most_points) {
    const gate_result& result = view.result;
    std::string text = side_text("baseline ", view.baseline) +
                       side_text("candidate", view.candidate) + problems_text(view.baseline) +
                       problems_text(view.candidate);
    text += provenance_text(result.provenance) +
            not_compared_text(result.joined, "the baseline", "the candidate");
    text += accepted_text(result.acceptances, most_points);
    if (!result.points.empty()) {
        text += table(result.classes, result.joined, "operation and size", result.classes.size());
        text += table(result.points, result.joined, "point", most_points);
    }
    text += "\n" + gate_headline(result) + ".\n";
    const std::string power = gate_power_text(view);
    return power.empty() ? text : text + power + "\n";
}

std::string calibration_text(const calibration& found, const result_set& baseline,
                             const gate_options& options, std::size_t most_points) {
    std::string text = side_text("baseline", baseline) + problems_text(baseline);
    text += fmt::format(
        "\nFrom {} of its own launches: what a gate with {} a side lets pass and finds.\n",
        counted(found.pairs, "pair"), counted(found.launches, "launch"));
    const auto table = [&](const std::vector<calibrated>& series, const char* what,
                           std::size_t most) {
        text += fmt::format("\n{:>10} {:>9} {:>9} {:>10}  {}\n", "two differ", "floor", "passes to",
                            "finds", what);
        for (std::size_t i = 0; i < std::min(series.size(), most); ++i) {
            const calibrated& one = series[i];
            text += fmt::format("{:>10} {:>9} {:>9} {:>10}  {}\n", share_text(one.spread),
                                share_text(one.floor), share_text(one.threshold),
                                share_text(one.detectable), printable(one.name));
        }
        if (series.size() > most) text += fmt::format("and {} more\n", series.size() - most);
    };
    table(found.classes, "operation and size", found.classes.size());
    table(found.points, "point", most_points);
    text += fmt::format("\nDetectable, 19 times in 20, in any operation and size class: {}.\n",
                        share_text(found.detectable));
    if (found.launches_to_decide >= most_launches) {
        text += fmt::format("Not even {} launches a side would show {}.\n", most_launches,
                            share_text(options.must_detect));
    } else if (found.launches_to_decide > 0) {
        text += fmt::format("To show {} takes about {} a side.\n", share_text(options.must_detect),
                            counted(found.launches_to_decide, "launch"));
    }
    return text;
}

}  // namespace railgauge
