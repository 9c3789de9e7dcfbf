#include "harness/cli/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/cli/colour.hpp"

namespace railgauge {
namespace {

using json = nlohmann::ordered_json;

colour colour_of(check_status status) {
    switch (status) {
        case check_status::ok: return colour::green;
        case check_status::warning: return colour::yellow;
        case check_status::problem: return colour::red;
        case check_status::unknown: break;
    }
    return colour::dim;
}

}  // namespace

bool diagnosis::can_measure() const noexcept {
    return std::ranges::any_of(backends,
                               [](const listed_backend& each) { return each.state.available; });
}

std::string diagnosis_text(const diagnosis& found, bool with_colour) {
    std::string text = "What can be measured\n";
    for (const listed_backend& each : found.backends) {
        const bool usable = each.state.available;
        // Padded before colouring: the codes have no width.
        text += fmt::format(
            "  {} {:<16} {}\n",
            coloured(usable ? "yes    " : "no     ", usable ? colour::green : colour::yellow,
                     with_colour),
            each.name,
            usable ? fmt::format("{} ({})", each.description, each.version) : each.state.reason);
    }
    text += "\nWhat would spoil figures\n";
    std::size_t warnings = 0;
    for (const check& each : found.checks) {
        text += fmt::format("  {} {:<16} {}\n",
                            coloured(fmt::format("{:<7}", name_of(each.status)),
                                     colour_of(each.status), with_colour),
                            each.id, each.finding);
        if (!each.advice.empty()) text += fmt::format("{:27}-> {}\n", "", each.advice);
        if (each.status == check_status::warning || each.status == check_status::problem) {
            ++warnings;
        }
    }
    text += found.can_measure() ? "\nCollectives can be measured here"
                                : "\nNothing can be measured here";
    text += warnings == 0
                ? ".\n"
                : fmt::format("; {} finding{} to look at.\n", warnings, warnings == 1 ? "" : "s");
    return text;
}

std::string diagnosis_json(const diagnosis& found) {
    json backends = json::array();
    for (const listed_backend& each : found.backends) {
        backends.push_back(
            {{"name", each.name},
             {"available", each.state.available},
             {"version", each.version.empty() ? json(nullptr) : json(each.version)},
             {"reason", each.state.available ? json(nullptr) : json(each.state.reason)}});
    }
    json checks = json::array();
    for (const check& each : found.checks) {
        checks.push_back({{"id", each.id},
                          {"status", name_of(each.status)},
                          {"finding", each.finding},
                          {"advice", each.advice.empty() ? json(nullptr) : json(each.advice)}});
    }
    const json object{
        {"can_measure", found.can_measure()}, {"backends", backends}, {"checks", checks}};
    return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace railgauge
