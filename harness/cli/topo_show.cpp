// `railgauge topo show`, `diff` and `path`.

#include <fmt/format.h>

#include <charconv>

#include "harness/base/error.hpp"
#include "harness/base/rates.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/this_host.hpp"
#include "harness/cli/topo_actions.hpp"
#include "harness/topology/path.hpp"
#include "harness/topology/placement.hpp"
#include "harness/topology/tier_list.hpp"

namespace railgauge {
namespace {

std::int64_t rank_of(const std::string& word, std::int64_t ranks) {
    std::int64_t rank = -1;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), rank);
    if (fault != std::errc{} || end != word.data() + word.size() || rank < 0 || rank >= ranks) {
        throw usage_error(fmt::format("'{}' is no rank: 0 to {} are", word, ranks - 1));
    }
    return rank;
}

}  // namespace

exit_status topo_show(const topo_options& options) {
    if (options.words.empty()) throw usage_error("topo show takes a topology");
    for (const std::string& word : options.words) {
        fmt::print("{}", show_text(cluster_named(word), options.sources));
    }
    return exit_status::fine;
}

exit_status topo_diff(const topo_options& options) {
    if (options.words.size() != 2) throw usage_error("topo diff takes two topologies");
    const topology a = cluster_named(options.words[0]);
    const topology b = cluster_named(options.words[1]);
    const std::string text = diff_text(a, b);
    fmt::print("{}", text.empty() ? std::string("no difference\n") : text);
    return exit_status::fine;
}

exit_status topo_path(const topo_options& options) {
    if (options.words.size() != 3) throw usage_error("topo path takes a topology and two ranks");
    const topology all = cluster_named(options.words[0]);
    const std::int64_t ranks = options.ranks.value_or(all.root().gpus);
    const auto placement = parse_placement(options.placement, all, ranks);
    const std::int64_t from = placement.gpu_of(rank_of(options.words[1], ranks));
    const std::int64_t to = placement.gpu_of(rank_of(options.words[2], ranks));
    const gpu_path path = path_between(all, from, to);
    fmt::print("{} to {}: turns at {}, {}, {}\n", gpu_name(all, from), gpu_name(all, to),
               path.turns_at, format_duration_us(path.latency_us), format_rate(path.gbps));
    for (const path_hop& hop : path.hops) {
        fmt::print("  {}{}{}\n", hop.component,
                   hop.choices > 1 ? fmt::format(", one of {}", hop.choices) : "",
                   hop.gbps > 0 ? fmt::format(", {}", format_rate(hop.gbps)) : "");
    }
    return exit_status::fine;
}

}  // namespace railgauge
