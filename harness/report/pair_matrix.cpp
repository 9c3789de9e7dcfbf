#include "harness/report/pair_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "harness/base/units.hpp"
#include "harness/report/matrix_text.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr std::uint64_t bandwidth_from_bytes = 64 << 10;  // below it, time says more

std::string title_of(const point_key& key) {
    std::string title = fmt::format("{}  {}  {}  {}  {}", key.op, key.backend, key.dtype,
                                    format_bytes(key.bytes), key.timing);
    if (key.window != 1) title += fmt::format("  window {}", key.window);
    if (key.memory != "host") title += "  " + key.memory;
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
    if (record.status != point_status::ok || !(value > 0) || !std::isfinite(value)) return;
    const std::string title = title_of(record.key);
    const auto [place, fresh] = places_.try_emplace(title, series_.size());
    if (fresh) series_.push_back({title, is_time, {}});
    const pair_end& from = record.place->ends[0];
    const pair_end& to = record.place->ends[1];
    hosts_.try_emplace(from.rank, from.host);
    hosts_.try_emplace(to.rank, to.host);
    std::vector<cell>& cells = series_[place->second].cells;
    cells.push_back({from.rank, to.rank, value});
    if (!one_way(record.key.op)) cells.push_back({to.rank, from.rank, value});
}

void pair_matrix::print(std::ostream& out, const matrix_options& options) const {
    for (const series& one : series_) {
        std::map<std::pair<int, int>, std::vector<double>> launches;
        for (const cell& each : one.cells) {
            launches[{each.from, each.to}].push_back(each.value);
        }
        std::vector<pair_value> cells;
        for (const auto& [ends, values] : launches) {
            cells.push_back({ends.first, ends.second, stats::median(values)});
        }
        out << '\n' << matrix_text(one.title, one.is_time, cells, hosts_, options);
    }
}

}  // namespace railgauge
