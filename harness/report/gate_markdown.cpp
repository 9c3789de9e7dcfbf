#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "harness/report/compare_parts.hpp"
#include "harness/report/comparison_words.hpp"
#include "harness/report/content_views.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/gate_views.hpp"
#include "harness/report/markdown_text.hpp"

namespace railgauge {
namespace {

// Text that never grows beyond what a job summary may have.
class page {
public:
    [[nodiscard]] bool add(const std::string& part) {
        constexpr std::size_t room_for_words = 400;
        if (text_.size() + part.size() > most_markdown_bytes - room_for_words) return false;
        text_ += part;
        return true;
    }

    /// So many rows as fit, at most `most`; what is left out is counted.
    void add_rows(const std::string& head, std::size_t rows, std::size_t most,
                  const std::function<std::string(std::size_t)>& row) {
        if (rows == 0 || !add(head)) return;
        std::size_t shown = 0;
        while (shown < std::min(rows, most) && add(row(shown))) ++shown;
        if (shown < rows) text_ += fmt::format("\n{} more are left out here.\n", rows - shown);
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
};

constexpr std::size_t most_rows = 1000;
constexpr std::size_t longest_cell = 1000;

std::string cell(std::string_view text) {
    return markdown_text(text.substr(0, longest_cell));
}

std::string series_row(const gated& one, const joined_sets& joined) {
    std::string verdict(name_of(one.time.verdict));
    if (one.time.verdict == verdict_word::slower) verdict = "**" + verdict + "**";
    if (one.suspicious) verdict += ", looks slower";
    const std::string pairs = pairs_words(one.time, joined);
    if (!pairs.empty()) verdict += ", " + pairs;
    if (one.accepted > 1) verdict += fmt::format(", {:.3f} accepted", one.accepted);
    return fmt::format("| {} | {} | {} | {} | {} |\n", cell(one.name), ratio_text(one.time),
                       share_text(one.threshold), share_text(one.detectable), verdict);
}

void add_series(page& to, const std::string& title, const std::vector<gated>& series,
                const joined_sets& joined) {
    const auto order = gate_order(series);
    to.add_rows(fmt::format("\n### {}\n\n| {} | candidate/baseline, time | passes to | would find "
                            "| verdict |\n| :--- | ---: | ---: | ---: | :--- |\n",
                            title, title),
                order.size(), most_rows,
                [&](std::size_t i) { return series_row(series[order[i]], joined); });
}

std::string counts_line(const gate_result& result) {
    std::string text;
    for (const verdict_word word : {verdict_word::slower, verdict_word::faster, verdict_word::same,
                                    verdict_word::ambiguous, verdict_word::unknown}) {
        const std::size_t times = result.count(word);
        if (times > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", times, name_of(word));
    }
    return text;
}

std::string set_row(const char* side, const result_set& set) {
    return fmt::format("| {} | {} | {} | {} | {} | {} |\n", side, cell(set.name), set.runs.size(),
                       set.launches.size(), set.not_ok, set.bad_lines);
}

}  // namespace

std::string gate_markdown(const gate_view& view) {
    const gate_result& result = view.result;
    page to;
    std::string head = "## railgauge gate: " + markdown_text(gate_headline(result)) + "\n\n";
    const std::string power = gate_power_text(view);
    if (!power.empty()) head += power + "\n\n";
    if (!result.points.empty()) head += counts_line(result) + ".\n\n";
    head +=
        "| side | set | runs | launches | points not ok | bad lines |\n"
        "| :--- | :--- | ---: | ---: | ---: | ---: |\n";
    head += set_row("baseline", view.baseline) + set_row("candidate", view.candidate);
    if (view.baseline.of_rounds == round_value::fastest) {
        head += "\nA launch counts by the fastest of its rounds.\n";
    }
    static_cast<void>(to.add(head));
    to.add_rows(
        "\n### What differs in what it was measured on\n\n| what | baseline | candidate |\n"
        "| :--- | :--- | :--- |\n",
        result.provenance.size(), 100, [&](std::size_t i) {
            const provenance_difference& one = result.provenance[i];
            return fmt::format("| {} | {} | {} |\n", cell(one.what), cell(one.first),
                               cell(one.second));
        });
    add_series(to, "operation and size", result.classes, result.joined);
    add_series(to, "point", result.points, result.joined);
    to.add_rows(
        "\n### Accepted\n\n| series | ratio | who | when | why |\n"
        "| :--- | ---: | :--- | :--- | :--- |\n",
        result.acceptances.size(), most_rows, [&](std::size_t i) {
            const acceptance& one = result.acceptances[i];
            return fmt::format("| {} | {:.3f} | {} | {} | {} |\n", cell(one.series), one.ratio,
                               cell(one.who), cell(one.when), cell(one.why));
        });
    for (const auto& [what, points] : result.joined.definitions) {
        const bool fits =
            to.add(fmt::format("\nNot compared, measured under different definitions: {} ({})\n",
                               counted(points, "point"), cell(what)));
        if (!fits) break;
    }
    const std::string fewer = fewer_pairs_words(result.joined);
    if (!fewer.empty()) static_cast<void>(to.add("\n" + fewer + ".\n"));
    return to.take();
}

}  // namespace railgauge
