#include "harness/compare/history.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "harness/compare/history_series.hpp"

namespace railgauge {
namespace {

// What differs between more of the neighbouring runs than this share differs anyway.
constexpr double restless = 1.0 / 3;

std::map<std::string, std::size_t> times_changed(const std::vector<set_run>& runs) {
    std::map<std::string, std::size_t> times;
    for (std::size_t i = 1; i < runs.size(); ++i) {
        for (const auto& one : provenance_differences(runs[i - 1], runs[i])) ++times[one.what];
    }
    return times;
}

void collect_events(history_system& system) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, history_event> found;
    for (std::size_t i = 0; i < system.series.size(); ++i) {
        const auto& changes = system.series[i].changes;
        for (std::size_t k = 0; k < changes.size(); ++k) {
            // By the first run after it: runs before may lack some of the series.
            history_event& event = found[{changes[k].after, changes[k].before}];
            event.before = changes[k].before;
            event.after = changes[k].after;
            event.members.push_back({i, k});
        }
    }
    if (found.empty()) return;
    const auto times = times_changed(system.runs);
    const auto most = static_cast<double>(system.runs.size() - 1) * restless;
    for (auto& [place, event] : found) {
        event.provenance =
            provenance_differences(system.runs[event.before], system.runs[event.after]);
        std::erase_if(event.provenance, [&](const provenance_difference& one) {
            const auto seen = times.find(one.what);
            return seen != times.end() && seen->second > 1 &&
                   static_cast<double>(seen->second) > most;
        });
        const auto effect = [&system](const history_event::member& one) {
            return std::abs(std::log(system.series[one.series].changes[one.change].ratio));
        };
        std::stable_sort(event.members.begin(), event.members.end(),
                         [&](const auto& a, const auto& b) { return effect(a) > effect(b); });
        system.events.push_back(std::move(event));
    }
}

}  // namespace

std::size_t history_system::too_few() const noexcept {
    return static_cast<std::size_t>(std::count_if(
        series.begin(), series.end(), [](const history_series& one) { return one.too_few; }));
}

bool history::any_told() const noexcept {
    return std::any_of(systems.begin(), systems.end(), [](const history_system& system) {
        return system.too_few() < system.series.size();
    });
}

history history_of(history_files files, point_table& table, const history_options& options) {
    history result;
    result.problems = std::move(files.problems);
    std::map<system_identity, std::vector<result_set>> systems;
    for (result_set& run : files.runs) {
        systems[identity_of(run.runs.front())].push_back(std::move(run));
    }
    for (auto& [identity, runs] : systems) {
        const auto& hosts = identity.hosts;
        if (!options.host.empty() &&
            std::find(hosts.begin(), hosts.end(), options.host) == hosts.end()) {
            result.left_out.push_back(identity.text());
            continue;
        }
        history_system system;
        system.identity = identity;
        system.series = series_of(runs, table);
        for (result_set& run : runs) system.runs.push_back(std::move(run.runs.front()));
        result.systems.push_back(std::move(system));
    }
    std::vector<history_series*> all;
    for (history_system& system : result.systems) {
        for (history_series& series : system.series) all.push_back(&series);
    }
    find_series_changes(all, options);
    for (history_system& system : result.systems) collect_events(system);
    return result;
}

}  // namespace railgauge
