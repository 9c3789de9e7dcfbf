// What all views of a gate say alike.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/report/compare_parts.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/gate_views.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

int rank_of(const gated& one) {
    switch (one.time.verdict) {
        case verdict_word::slower: return 0;
        case verdict_word::faster: return 2;
        case verdict_word::ambiguous: return one.suspicious ? 1 : 3;
        default: return one.suspicious ? 1 : 4;
    }
}

}  // namespace

std::string gate_headline(const gate_result& result) {
    const char* word = "PASSED";
    if (result.status == exit_status::worse) word = "FAILED";
    if (result.status == exit_status::cannot) word = "NOT DECIDED";
    return fmt::format("{}: {}", word, printable(result.reason));
}

std::string gate_power_text(const gate_view& view) {
    const gate_result& result = view.result;
    if (result.points.empty()) return {};
    std::string text;
    if (std::isfinite(result.detectable)) {
        text = fmt::format(
            "These data find a slowdown by {} of any operation and size class 19 times in 20.",
            share_text(result.detectable));
    } else {
        text = fmt::format("{} a side cannot show a slowdown in every operation and size class.",
                           counted(result.joined.pairs, "launch"));
    }
    if (result.launches_to_decide >= most_launches) {
        text += fmt::format(" Not even {} launches a side would decide.", most_launches);
    } else if (result.launches_to_decide > 0) {
        text += fmt::format(" About {} a side would decide.",
                            counted(result.launches_to_decide, "launch"));
    }
    if (result.joined.pairs > 1 && !result.joined.interleaved) {
        text +=
            " The sides were measured one after the other: what drifted meanwhile counts as a "
            "difference ('railgauge ab' takes turns).";
    }
    return text;
}

std::vector<std::size_t> gate_order(const std::vector<gated>& series) {
    std::vector<std::size_t> order(series.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const int x = rank_of(series[a]);
        const int y = rank_of(series[b]);
        if (x != y || x == 4) return x < y;
        return std::abs(std::log(series[a].time.ratio)) > std::abs(std::log(series[b].time.ratio));
    });
    return order;
}

}  // namespace railgauge
