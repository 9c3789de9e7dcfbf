#include "harness/report/compare_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report/comparison_words.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_differences = 20;

}  // namespace

std::string side_text(const std::string& label, const result_set& set) {
    return fmt::format("{}  {}: {}, {}{}\n", label, printable(set.name),
                       counted(set.runs.size(), "run"), launches_words(set),
                       set.not_ok == 0 ? "" : ", " + counted(set.not_ok, "point") + " not ok");
}

std::string problems_text(const result_set& set) {
    std::string text;
    for (const std::string& problem : set.problems) text += printable(problem) + "\n";
    return text;
}

std::string provenance_text(const std::vector<provenance_difference>& differences) {
    if (differences.empty()) return "\nNothing that was recorded of the two differs.\n";
    std::string text = "\nWhat differs in what it was measured on:\n";
    for (std::size_t i = 0; i < std::min(differences.size(), most_differences); ++i) {
        const provenance_difference& one = differences[i];
        text += fmt::format("  {}: {} -> {}\n", printable(one.what), printable(one.first),
                            printable(one.second));
    }
    if (differences.size() > most_differences) {
        text +=
            fmt::format("  and {} more (--json has all)\n", differences.size() - most_differences);
    }
    return text;
}

std::string not_compared_text(const joined_sets& joined, const std::string& a,
                              const std::string& b) {
    std::string text;
    for (const auto& [what, points] : joined.definitions) {
        text += fmt::format("Not compared, measured under different definitions: {} ({})\n",
                            counted(points, "point"), printable(what));
    }
    if (!joined.only_first.empty() || !joined.only_second.empty()) {
        text += fmt::format("Only in {}: {}; only in {}: {}\n", a,
                            counted(joined.only_first.size(), "point"), b,
                            counted(joined.only_second.size(), "point"));
    }
    const std::string fewer = fewer_pairs_words(joined);
    if (!fewer.empty()) text += fewer + "\n";
    return text.empty() ? text : "\n" + text;
}

std::string ratio_text(const compared_ratio& ratio) {
    if (!std::isfinite(ratio.ratio)) return "-";
    if (!ratio.low || !ratio.high) return fmt::format("{:.3f}", ratio.ratio);
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", ratio.ratio, *ratio.low, *ratio.high);
}

std::string share_text(double share) {
    return std::isfinite(share) ? fmt::format("{:.1f} %", 100 * share) : "-";
}

}  // namespace railgauge
