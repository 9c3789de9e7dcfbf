#include "harness/cli/ab_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/report/compare_json.hpp"
#include "harness/report/compare_text.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

bool was_compared(const ab_outcome& outcome) {
    return !outcome.sequence.taken().empty();
}

// What became FASTER or SLOWER at a look, classes first.
std::vector<std::string> told_at(const taken_look& look, const point_table& table) {
    std::vector<std::string> names;
    for (const std::string& one : look.classes) {
        names.push_back(one.empty() ? "all operations" : one);
    }
    for (const joined_point& point : look.points) names.push_back(describe(point, table));
    return names;
}

ordered_json side_facts(const ab_side& side) {
    ordered_json environment = ordered_json::object();
    for (const auto& [name, value] : side.environment) environment[name] = value;
    return {{"words", side.text()},
            {"environment", environment},
            {"flags", side.flags},
            {"binary", side.binary.empty() ? ordered_json(nullptr) : ordered_json(side.binary)}};
}

}  // namespace

std::string ab_text(const ab_setup& setup, const ab_outcome& outcome, std::size_t points) {
    std::string text;
    for (const ab_side& side : setup.sides) {
        text += fmt::format("{}: {}\n", side.name, printable(side.text()));
    }
    if (setup.sides[0].same_as(setup.sides[1])) {
        text += "A and B are the same: what is called different here is chance.\n";
    }
    text += fmt::format("{} of at most {} pairs of launches; {}.\n", outcome.pairs,
                        setup.looks.most_pairs, outcome.reason);
    for (const taken_look& look : outcome.sequence.taken()) {
        text += fmt::format(
            "Look after {} pairs, wrong in at most {:.3g} %: {} of {} points decided\n", look.pairs,
            100 * look.alpha, look.decided, outcome.sequence.found().points.size());
        const auto told = told_at(look, outcome.table);
        for (std::size_t i = 0; i < std::min(told.size(), points); ++i) {
            text += "  different from here on: " + printable(told[i]) + "\n";
        }
        if (told.size() > points) text += fmt::format("  and {} more\n", told.size() - points);
    }
    text += fmt::format("Order: seed {}; results: {}\n", setup.seed, printable(setup.folder));
    if (!was_compared(outcome)) return text;
    return text + "\n" +
           comparison_text(outcome.sequence.found(), outcome.sets[0], outcome.sets[1],
                           outcome.table, {points});
}

std::string ab_json(const ab_setup& setup, const ab_outcome& outcome) {
    ordered_json facts;
    facts["a"] = side_facts(setup.sides[0]);
    facts["b"] = side_facts(setup.sides[1]);
    facts["folder"] = setup.folder;
    facts["seed"] = setup.seed;
    facts["order"] = outcome.order;
    facts["pairs"] = outcome.pairs;
    facts["most_pairs"] = setup.looks.most_pairs;
    facts["ended"] = outcome.reason;
    facts["status"] = static_cast<int>(status_of(outcome));
    facts["alpha"] = setup.looks.alpha;
    facts["planned_looks"] = ordered_json::array();
    for (const look& one : outcome.sequence.plan()) {
        facts["planned_looks"].push_back({{"pairs", one.pairs}, {"alpha", one.alpha}});
    }
    facts["looks"] = ordered_json::array();
    for (const taken_look& one : outcome.sequence.taken()) {
        facts["looks"].push_back({{"pairs", one.pairs},
                                  {"alpha", one.alpha},
                                  {"decided", one.decided},
                                  {"different_from_here_on", told_at(one, outcome.table)}});
    }
    ordered_json all{{"experiment", facts}};
    if (was_compared(outcome)) {
        all.update(ordered_json::parse(comparison_json(outcome.sequence.found(), outcome.sets[0],
                                                       outcome.sets[1], outcome.table)));
    }
    return all.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

exit_status status_of(const ab_outcome& outcome) noexcept {
    if (outcome.status != exit_status::fine) return outcome.status;
    const comparison& found = outcome.sequence.found();
    const bool told = found.any(verdict_word::same) || found.any(verdict_word::faster) ||
                      found.any(verdict_word::slower);
    return told ? exit_status::fine : exit_status::cannot;
}

}  // namespace railgauge
