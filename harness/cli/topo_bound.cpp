// `railgauge topo bound`: the least time that any algorithm needs.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/base/near_miss.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/this_host.hpp"
#include "harness/cli/topo_actions.hpp"
#include "harness/topology/bound.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

std::vector<operation_kind> kinds_of(const std::vector<std::string>& words) {
    std::vector<std::string> known;
    for (const operation_kind kind : all_operation_kinds) known.emplace_back(name_of(kind));
    std::vector<operation_kind> kinds;
    for (const std::string& word : words) {
        if (word == "all") {
            std::ranges::remove_copy_if(all_operation_kinds, std::back_inserter(kinds),
                                        is_device_kind);
            continue;
        }
        const auto kind = operation_kind_from(word);
        if (!kind) {
            throw usage_error(
                fmt::format("unknown operation '{}'{}", word, did_you_mean(word, known)));
        }
        kinds.push_back(*kind);
    }
    return kinds;
}

ordered_json json_of(const time_bound& found) {
    return {{"time_us", found.time_us},
            {"transfer_us", found.transfer_us},
            {"latency_us", found.latency_us},
            {"tier", found.tier},
            {"reason", found.reason}};
}

ordered_json json_of(operation_kind kind, std::uint64_t bytes, std::int64_t ranks,
                     const operation_bound& found) {
    // A barrier moves nothing: it has neither a size nor a bandwidth.
    const bool moves = has_size(kind);
    ordered_json line{{"op", name_of(kind)},
                      {"bytes", moves ? ordered_json(bytes) : ordered_json()}};
    const time_bound* least = found.floor();
    line["bound_us"] = least != nullptr ? ordered_json(least->time_us) : ordered_json();
    if (least == nullptr) {
        line["reason"] = found.why_none;
        return line;
    }
    line["binding_tier"] = least->tier;
    line["at_ends"] = json_of(*found.at_ends);
    line["in_network"] = found.in_network ? json_of(*found.in_network) : ordered_json();
    const double factor = bus_bandwidth_factor(kind, static_cast<int>(ranks));
    if (moves && least->time_us > 0 && bytes > 0) {
        line["busbw_gbps"] = factor * static_cast<double>(bytes) / least->time_us / 1e3;
    }
    return line;
}

std::string row_of(operation_kind kind, std::uint64_t bytes, std::int64_t ranks,
                   const operation_bound& found) {
    const time_bound* least = found.floor();
    const auto time = [](const std::optional<time_bound>& one) {
        return one ? format_duration_us(one->time_us) : std::string("-");
    };
    const bool moves = has_size(kind);
    const std::string size = moves ? format_bytes(bytes) : "-";
    if (least == nullptr) return fmt::format("{:>10}  no bound: {}\n", size, found.why_none);
    const double busbw = bus_bandwidth_factor(kind, static_cast<int>(ranks)) *
                         static_cast<double>(bytes) / std::max(least->time_us, 1e-9) / 1e3;
    return fmt::format("{:>10} {:>12} {:>12} {:>10}  {}: {}\n", size, time(found.at_ends),
                       time(found.in_network), moves ? fmt::format("{:.4g}", busbw) : "-",
                       least->tier, least->reason);
}

}  // namespace

exit_status topo_bound(const topo_options& options) {
    if (options.words.size() != 1) throw usage_error("topo bound takes one topology");
    const topology all = cluster_named(options.words.front());
    const std::int64_t ranks = options.ranks.value_or(all.root().gpus);
    const auto placement = parse_placement(options.placement, all, ranks);
    const auto used =
        occupy(all, placement, options.memory == "host" ? data_memory::host : data_memory::device);
    if (options.root >= ranks) {
        throw usage_error(fmt::format("there is no root {} among {} ranks", options.root, ranks));
    }
    const auto sizes = parse_sizes(options.bytes);
    ordered_json document{{"topology", all.name},     {"hash", all.hash},
                          {"ranks", ranks},           {"placement", options.placement},
                          {"memory", options.memory}, {"bounds", ordered_json::array()}};
    for (const operation_kind kind : kinds_of(options.operations)) {
        if (!options.json) {
            fmt::print("{} on {} ranks of {}\n{:>10} {:>12} {:>12} {:>10}  what binds\n",
                       name_of(kind), ranks, all.name, "size", "at ends", "in network", "busbw");
        }
        for (const std::uint64_t bytes : sizes) {
            const bound_request asked{kind, static_cast<double>(bytes), options.root};
            const auto found = bound_of(all, placement, used, asked);
            if (options.json) {
                document["bounds"].push_back(json_of(kind, bytes, ranks, found));
            } else {
                fmt::print("{}", row_of(kind, bytes, ranks, found));
            }
            if (!has_size(kind)) break;
        }
    }
    if (options.json) fmt::print("{}\n", document.dump(2));
    return exit_status::fine;
}

}  // namespace railgauge
