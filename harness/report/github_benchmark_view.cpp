#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/report/content_views.hpp"
#include "harness/report/html_series.hpp"
#include "harness/report/html_text.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

std::string text_of(const ordered_json& list) {
    return list.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json entry(const std::string& name, std::string_view unit, double value,
                   std::optional<double> low, std::optional<double> high, std::size_t measured) {
    ordered_json one{{"name", name}, {"unit", unit}, {"value", value}};
    // The action shows a range as text: what the interval lies away from the value, at most.
    if (low && high) {
        one["range"] = "± " + html_figure(std::max(value - *low, *high - value));
    }
    one["extra"] = fmt::format("{} measured", measured);
    return one;
}

}  // namespace

github_benchmark_views github_benchmark_view(const report_content& content) {
    ordered_json times = ordered_json::array();
    ordered_json bandwidths = ordered_json::array();
    for (const report_series& one : content.series) {
        std::string series = printable(title_of(one.key));
        if (content.runs.size() > 1) series += fmt::format(" (run {})", one.run + 1);
        for (const report_row& row : one.rows) {
            const row_summary all = summary_of(row);
            const std::string name = series + ", " + html_size(row.bytes);
            if (all.time_us) {
                times.push_back(entry(name + ": time", "us", *all.time_us, all.low_us, all.high_us,
                                      all.measured));
            }
            if (!all.busbw_gbps) continue;
            const double moved = *all.busbw_gbps * all.time_us.value_or(0);
            std::optional<double> low;
            std::optional<double> high;
            if (all.time_us && all.low_us && all.high_us && *all.low_us > 0) {
                low = moved / *all.high_us;
                high = moved / *all.low_us;
            }
            bandwidths.push_back(entry(fmt::format("{}: {}", name, bandwidth_name(all)), "GB/s",
                                       *all.busbw_gbps, low, high, all.measured));
        }
    }
    return {text_of(times), text_of(bandwidths)};
}

}  // namespace railgauge
