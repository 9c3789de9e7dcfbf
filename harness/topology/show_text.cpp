#include <fmt/format.h>

#include "harness/base/rates.hpp"
#include "harness/base/units.hpp"
#include "harness/topology/placement.hpp"
#include "harness/topology/tier_list.hpp"

namespace railgauge {
namespace {

std::string power_words(double watts) {
    if (watts >= 1e6) return fmt::format("{:.4g} MW", watts / 1e6);
    if (watts >= 1e3) return fmt::format("{:.4g} kW", watts / 1e3);
    return fmt::format("{:.4g} W", watts);
}

std::string rate_words(const tier& at) {
    if (at.medium == medium_kind::memory) return "shared memory";
    if (at.member_gbps <= 0) return "each its own rate";
    std::string words = format_rate(at.member_gbps);
    if (at.ports > 1) words += fmt::format(" ({} x {})", at.ports, format_rate(at.port_gbps));
    return words + " a member";
}

std::string network_words(const tier& at) {
    std::string words = fmt::format("{}", name_of(at.medium));
    if (at.planes > 1) words += fmt::format(", {} planes", at.planes);
    if (at.switches > at.planes) words += fmt::format(", {} switches", at.switches);
    words += fmt::format(", {}, {}", name_of(at.routing), format_duration_us(at.latency_us));
    if (at.reduces) words += ", reduces";
    return words;
}

std::string up_words(const tier& at) {
    if (at.up_gbps <= 0) return "";
    std::string words = fmt::format("; up {}", format_rate(at.up_gbps));
    if (at.uplinks > 0) {
        words += fmt::format(" ({} x {})", at.uplinks, format_rate(at.uplink_gbps));
    }
    if (at.oversubscription > 0) words += fmt::format(", {:.3g}:1", at.oversubscription);
    return words;
}

}  // namespace

std::string show_text(const topology& all, bool with_sources) {
    std::string text =
        fmt::format("{}: {} {}s in {} hosts\n", all.name, all.root().gpus, all.unit, hosts_of(all));
    if (!all.description.empty()) text += all.description + "\n";
    const cluster_power power = power_of(all);
    if (power.known) {
        text += fmt::format("power {}: GPUs {}, the rest {}\n",
                            power_words(power.gpus_w + power.rest_w), power_words(power.gpus_w),
                            power_words(power.rest_w));
    }
    for (const listed_tier& line : list_tiers(all)) {
        const std::string indent(static_cast<std::size_t>(2 * line.depth), ' ');
        text += fmt::format("{}{}  {:.0f} of {}, {}; {}{}\n", indent, line.path, line.groups,
                            line.members, rate_words(*line.at), network_words(*line.at),
                            up_words(*line.at));
        if (with_sources) text += fmt::format("{}  source: {}\n", indent, line.at->source);
    }
    return text;
}

}  // namespace railgauge
