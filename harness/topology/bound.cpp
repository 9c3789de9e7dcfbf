#include "harness/topology/bound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/rates.hpp"
#include "harness/base/units.hpp"
#include "harness/topology/edge_traffic.hpp"
#include "harness/topology/switch_cut.hpp"

namespace railgauge {
namespace {

std::string amount(double bytes) {
    return format_bytes(static_cast<std::uint64_t>(std::max(0.0, std::round(bytes))));
}

class bounder {
public:
    bounder(const topology& all, const rank_placement_rule& placement, const occupied_tree& used,
            const bound_request& asked)
        : all_(all),
          placement_(placement),
          used_(used),
          asked_(asked),
          cross_us_(used.classes.size()) {
        find_latencies();
    }

    operation_bound find() {
        operation_bound result;
        const bool bounds_any = std::ranges::any_of(used_.classes, [](const occupied_class& one) {
            return one.up_gbps > 0 && std::isfinite(one.up_gbps);
        });
        if (is_device_kind(asked_.kind)) {
            result.why_none =
                "no bound is computed for copies and latencies of single GPUs: a topology has no "
                "figures of their memory and their way to the host";
            return result;
        }
        if (used_.ranks < 2) {
            result.why_none = "one rank: nothing crosses a link";
            return result;
        }
        if (!bounds_any) {
            result.why_none = "shared memory within one host has no bound";
            return result;
        }
        const time_bound edges = edge_bound();
        result.at_ends = edges;
        if (asked_.kind != operation_kind::all_reduce) return result;
        std::vector<bool> passes_on(used_.classes.size(), true);
        result.at_ends = std::max(edges, cut_bound(passes_on), faster);
        bool reduces = false;
        for (std::size_t id = 0; id < used_.classes.size(); ++id) {
            const occupied_class& one = used_.classes[id];
            if (one.level < 0 || !used_.tier_of(all_, one).reduces) continue;
            passes_on[id] = false;
            reduces = true;
        }
        if (reduces) result.in_network = std::max(edges, cut_bound(passes_on), faster);
        return result;
    }

private:
    static bool faster(const time_bound& a, const time_bound& b) { return a.time_us < b.time_us; }

    [[nodiscard]] double latency_of(const occupied_class& one) const {
        return asked_.alone ? used_.tier_of(all_, one).latency_us : 0;
    }

    // The nearest way out of a group: the innermost tier around it that holds others' ranks too.
    void find_latencies() {
        constexpr double unknown = std::numeric_limits<double>::infinity();
        std::ranges::fill(cross_us_, unknown);
        for (std::size_t id = used_.classes.size(); id-- > 0;) {
            const occupied_class& one = used_.classes[id];
            if (one.level < 0) continue;
            const double here = latency_of(one);
            for (const auto& [child, count] : one.children) {
                double& way = cross_us_[static_cast<std::size_t>(child)];
                const bool others =
                    used_.classes[static_cast<std::size_t>(child)].ranks < one.ranks;
                way = std::min(way, others ? std::min(here, cross_us_[id]) : cross_us_[id]);
            }
        }
    }

    [[nodiscard]] const std::string& tier_above(std::size_t id) const {
        for (const occupied_class& one : used_.classes) {
            for (const auto& [child, count] : one.children) {
                if (static_cast<std::size_t>(child) == id) return used_.tier_of(all_, one).name;
            }
        }
        return all_.name;
    }

    [[nodiscard]] std::string group_word(const occupied_class& one) const {
        if (one.level < 0) return all_.unit;
        return used_.tier_of(all_, one).name + " group";
    }

    // Of a collective, data cross the outermost level; pairs may all be neighbours.
    [[nodiscard]] time_bound latency_bound() const {
        time_bound worst;
        const tier& outermost = used_.tier_of(all_, used_.top());
        worst.tier = outermost.name;
        worst.latency_us = latency_of(used_.top());
        if (is_pairwise(asked_.kind) && used_.ranks > 2) {
            for (const occupied_class& one : used_.classes) {
                if (one.level < 0 || one.ranks < 2) continue;
                const tier& here = used_.tier_of(all_, one);
                if (latency_of(one) >= worst.latency_us) continue;
                worst.latency_us = latency_of(one);
                worst.tier = here.name;
            }
        }
        worst.time_us = worst.latency_us;
        worst.reason = fmt::format("latency of tier '{}'", worst.tier);
        return worst;
    }

    // The slowest edge, or the latency of the outermost level.
    [[nodiscard]] time_bound edge_bound() const {
        time_bound worst = latency_bound();
        const edge_traffic traffic(all_, placement_, used_, asked_);
        for (std::size_t id = 0; id + 1 < used_.classes.size(); ++id) {
            const occupied_class& one = used_.classes[id];
            const double bytes = traffic.bytes_over(id);
            if (!std::isfinite(one.up_gbps) || one.up_gbps <= 0 || bytes <= 0) continue;
            const double transfer = bytes / one.up_gbps / 1e3;
            const double latency = std::isfinite(cross_us_[id]) ? cross_us_[id] : 0;
            if (transfer + latency <= worst.time_us) continue;
            worst = {
                transfer + latency, transfer, latency, tier_above(id),
                fmt::format("{} must pass the {} of each {} with {} of the {} ranks", amount(bytes),
                            format_rate(one.up_gbps), group_word(one), one.ranks, used_.ranks)};
        }
        return worst;
    }

    [[nodiscard]] time_bound cut_bound(const std::vector<bool>& passes_on) const {
        const auto cut = dearest_cut(used_, passes_on);
        if (!cut || cut->edges < 2) return {};
        const auto behind = static_cast<std::size_t>(cut->widest_class);
        const double least = *std::ranges::min_element(cross_us_);
        const double latency = std::isfinite(least) ? least : 0;
        const double transfer = cut->cost() * asked_.bytes / 1e3;
        return {transfer + latency, transfer, latency, tier_above(behind),
                fmt::format("2 x {:.0f} x {} must pass {:.0f} ports of {}s with {} together",
                            cut->edges - 1, amount(asked_.bytes), cut->edges,
                            group_word(used_.classes[behind]), format_rate(cut->gbps))};
    }

    const topology& all_;
    const rank_placement_rule& placement_;
    const occupied_tree& used_;
    const bound_request& asked_;
    std::vector<double> cross_us_;  ///< of each class
};

}  // namespace

operation_bound bound_of(const topology& all, const rank_placement_rule& placement,
                         const occupied_tree& used, const bound_request& asked) {
    return bounder(all, placement, used, asked).find();
}

}  // namespace railgauge
