#include "harness/report/pair_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <ostream>
#include <set>

#include "harness/base/units.hpp"
#include "harness/record/manner_words.hpp"
#include "harness/report/matrix_text.hpp"
#include "harness/report/printable.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_transports = 8;                // pairs named that differ from most
constexpr std::uint64_t bandwidth_from_bytes = 64 << 10;  // below it, time says more

std::string title_of(const point_key& key) {
    std::string title = fmt::format("{}  {}  {}  {}  {}", key.op, key.backend, key.dtype,
                                    format_bytes(key.bytes), key.timing);
    if (key.window != 1) title += fmt::format("  window {}", key.window);
    if (key.memory != "host") title += "  " + key.memory;
    for (const std::string& word : manner_words(key)) title += "  " + word;
    if (key.in_place) title += "  in place";
    return title + "  " + key.group.substr(0, key.group.find(':'));
}

bool one_way(const std::string& op) {
    return op == "send" || op == "put" || op == "get";
}

}  // namespace

void pair_matrix::add(const point_record& record) {
    if (!record.place || record.place->ends.size() != 2) return;
    const bool is_time = record.key.bytes < bandwidth_from_bytes;
    double value = record.busbw_gbps.value_or(0);
    if (is_time) value = record.time_us ? 1 / record.time_us->p50 : 0;
    if (record.status != point_status::ok || !record.time_us) return;
    if (!(value > 0) || !std::isfinite(value)) return;
    const std::string title = title_of(record.key);
    const auto [place, fresh] = places_.try_emplace(title, series_.size());
    if (fresh) series_.push_back({title, is_time, {}, {}, {}});
    const pair_end& from = record.place->ends[0];
    const pair_end& to = record.place->ends[1];
    hosts_.try_emplace(from.rank, from.host);
    hosts_.try_emplace(to.rank, to.host);
    if (!record.transport.empty()) {
        ++series_[place->second].transports[record.transport];
        series_[place->second].carried_by.push_back({{from.rank, to.rank}, record.transport});
    }
    std::vector<cell>& cells = series_[place->second].cells;
    const std::optional<double> shortest = record.time_us->ci_low;
    const double at_best =
        shortest && *shortest > 0 ? value * record.time_us->p50 / *shortest : value;
    cells.push_back({from.rank, to.rank, value, at_best});
    if (!one_way(record.key.op)) cells.push_back({to.rank, from.rank, value, at_best});
}

// Two rails of different speed are two transports: who used which explains a figure.
void pair_matrix::tell_transports(std::ostream& out, const series& one) const {
    if (one.transports.empty()) return;
    const auto usual = std::ranges::max_element(
        one.transports, {}, [](const auto& transport) { return transport.second; });
    out << "over " << printable(usual->first) << '\n';
    std::set<std::pair<int, int>> told;
    std::size_t more = 0;
    for (const auto& [ends, transport] : one.carried_by) {
        if (transport == usual->first || !told.insert(ends).second) continue;
        if (told.size() > most_transports) {
            ++more;
            continue;
        }
        out << printable(fmt::format("but {} rank {} -> {} rank {} over {}", hosts_.at(ends.first),
                                     ends.first, hosts_.at(ends.second), ends.second, transport))
            << '\n';
    }
    if (more > 0) out << fmt::format("and {} more\n", more);
}

void pair_matrix::print(std::ostream& out, const matrix_options& options) const {
    for (const series& one : series_) {
        struct launches {
            std::vector<double> values;
            double at_best = 0;
        };
        std::map<std::pair<int, int>, launches> pairs;
        for (const cell& each : one.cells) {
            launches& of_pair = pairs[{each.from, each.to}];
            of_pair.values.push_back(each.value);
            of_pair.at_best = std::max(of_pair.at_best, each.at_best);
        }
        std::vector<pair_value> cells;
        for (const auto& [ends, of_pair] : pairs) {
            cells.push_back(
                {ends.first, ends.second, stats::median(of_pair.values), of_pair.at_best});
        }
        out << '\n' << matrix_text(one.title, one.is_time, cells, hosts_, options);
        tell_transports(out, one);
    }
}

}  // namespace railgauge
