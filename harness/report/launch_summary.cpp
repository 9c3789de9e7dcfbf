#include "harness/report/launch_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "harness/base/units.hpp"
#include "harness/report/figures.hpp"
#include "harness/stats/median_interval.hpp"

namespace railgauge {

void launch_summary::add(const std::string& series, const point_record& record) {
    if (!record.time_us) return;
    const auto [place, fresh] =
        places_.try_emplace({record.index, record.soak_round, record.key.group}, entries_.size());
    if (fresh) entries_.push_back({series, record.key, {}});
    entries_[place->second].medians_us.push_back(record.time_us->p50);
}

void launch_summary::print(std::ostream& out) const {
    const auto repeated = [](const entry& one) { return one.medians_us.size() > 1; };
    if (std::ranges::none_of(entries_, repeated)) return;
    out << "\nOver all launches: the median of the launches' medians and its 95 % interval\n";
    std::string series;
    for (const entry& one : entries_) {
        if (!repeated(one)) continue;
        if (one.series != series) {
            series = one.series;
            out << fmt::format("\n{}\n{:>10} {:>10} {:>19} {:>10} {:>10} {:>9} {:>8}\n", series,
                               "size", "time", "[95 %]", "fastest", "slowest", "slow/fast",
                               "launches");
        }
        const stats::median_estimate middle = stats::estimate_median(one.medians_us);
        time_summary shown;
        shown.p50 = middle.p50;
        shown.ci_low = middle.low;
        shown.ci_high = middle.high;
        const auto [fastest, slowest] = std::ranges::minmax(one.medians_us);
        out << fmt::format("{:>10} {:>10} {:>19} {:>10} {:>10} {:>9.2f} {:>8}\n",
                           sized(one.key.op) ? format_bytes(one.key.bytes) : "-",
                           show_time(middle.p50), show_interval(shown), show_time(fastest),
                           show_time(slowest), slowest / fastest, one.medians_us.size());
    }
}

}  // namespace railgauge
