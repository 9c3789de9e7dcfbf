#include "harness/measure/point_bounds.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/topology/placement.hpp"

namespace railgauge {
namespace {

// Pairs are many, and each is measured once or a few times.
constexpr std::size_t most_known = 4096;

std::string contradiction(const time_bound& least, double p50_us) {
    if (least.transfer_us > 0 && p50_us > least.latency_us) {
        return fmt::format(
            "faster than any algorithm can be on this topology: {}, but the median took {}; the "
            "file must be wrong: tier '{}' carries at least {:.3g} times what it says",
            least.reason, format_duration_us(p50_us), least.tier,
            least.transfer_us / (p50_us - least.latency_us));
    }
    return fmt::format(
        "faster than any algorithm can be on this topology: the median took {}, and tier '{}' has "
        "a "
        "latency of {}; the file must be wrong: it is {} at most",
        format_duration_us(p50_us), least.tier, format_duration_us(least.latency_us),
        format_duration_us(p50_us));
}

}  // namespace

void refuse_ranks_without_seats(const topology& all, int ranks, int ranks_here) {
    if (ranks > all.root().gpus) {
        throw usage_error(fmt::format(
            "{} ranks, and the topology '{}' has {} {}{}: start fewer, or give another topology",
            ranks, all.name, all.root().gpus, all.unit, all.root().gpus == 1 ? "" : "s"));
    }
    std::int64_t most = 0;
    for (const stack& each : all.stacks) {
        if (each.contains.empty()) most = std::max(most, each.gpus_per_host);
    }
    if (ranks_here <= most) return;
    throw usage_error(fmt::format(
        "{} ranks on this host, and a host of the topology '{}' has {} {}{}: start fewer here, or "
        "give another topology",
        ranks_here, all.name, most, all.unit, most == 1 ? "" : "s"));
}

point_bounds::point_bounds(std::shared_ptr<const topology> all,
                           const std::vector<bound_seat>& seats)
    : all_(std::move(all)), seats_(seats) {
    std::map<std::string, std::int64_t> hosts;
    const std::int64_t there = hosts_of(*all_);
    for (const bound_seat& seat : seats) {
        const auto next = static_cast<std::int64_t>(hosts.size());
        const std::int64_t host = hosts.try_emplace(seat.host, next).first->second;
        if (host >= there) {
            throw usage_error(fmt::format(
                "the ranks run on more hosts than the {} of the topology '{}'", there, all_->name));
        }
        const host_gpus gpus = gpus_of_host(*all_, host);
        if (seat.local_rank >= gpus.count) {
            throw usage_error(
                fmt::format("host {} has more ranks than the {} {}s of a host of the topology '{}'",
                            seat.host, gpus.count, all_->unit, all_->name));
        }
        places_.push_back({gpus.first, gpus.count, seat.local_rank});
    }
}

std::optional<std::vector<std::int64_t>> point_bounds::gpus_of(const point_record& row) const {
    std::vector<std::int64_t> gpus;
    const auto add = [&](std::size_t rank) {
        const seat_in_host& seat = places_.at(rank);
        for (std::int64_t gpu = 0; gpu < row.key.gpus_per_rank; ++gpu) {
            gpus.push_back(seat.first_gpu + seat.local_rank * row.key.gpus_per_rank + gpu);
        }
    };
    if (row.place && !row.place->ends.empty()) {
        for (const pair_end& end : row.place->ends) add(static_cast<std::size_t>(end.rank));
        return gpus;
    }
    constexpr std::string_view inside_host = "intra-host:";
    if (row.place && !row.key.group.starts_with(inside_host)) return std::nullopt;
    for (std::size_t rank = 0; rank < seats_.size(); ++rank) {
        const bool inside =
            !row.place || seats_[rank].host == row.key.group.substr(inside_host.size());
        if (inside) add(rank);
    }
    if (static_cast<std::int32_t>(gpus.size()) != row.key.ranks) return std::nullopt;
    return gpus;
}

const point_bounds::members& point_bounds::members_of(const point_record& row,
                                                      const std::vector<std::int64_t>& gpus) {
    const std::string key = row.key.group + "\n" + row.key.memory;
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    if (known_.size() >= most_known) known_.clear();
    members made;
    made.placement = placement_on(gpus, *all_);
    made.used = occupy(*all_, made.placement,
                       row.key.memory == "host" ? data_memory::host : data_memory::device);
    made.gpus = gpus;
    return known_.emplace(key, std::move(made)).first->second;
}

void point_bounds::fill(point_record& row) {
    const auto kind = operation_kind_from(row.key.op);
    if (!kind || row.status != point_status::ok) return;
    const std::int64_t each = row.key.gpus_per_rank;
    if (each > 1 && std::ranges::any_of(places_, [each](const seat_in_host& seat) {
            return (seat.local_rank + 1) * each > seat.gpus;
        })) {
        row.bound_reason = fmt::format(
            "a host of the topology '{}' has fewer GPUs than its ranks drive", all_->name);
        return;
    }
    const auto gpus = gpus_of(row);
    if (!gpus) {
        row.bound_reason = "no bound is computed for groups of this rule";
        return;
    }
    const members& group = members_of(row, *gpus);
    bound_request asked{*kind, static_cast<double>(row.key.bytes), 0};
    asked.alone = row.key.timing == "isolated" && row.key.window == 1 && row.key.streams == 1;
    // The placement is in the order of the GPUs, the root in that of the ranks.
    const std::int64_t root_gpu = group.gpus.at(static_cast<std::size_t>(row.key.root));
    asked.root = std::ranges::count_if(group.gpus, [&](auto gpu) { return gpu < root_gpu; });
    const operation_bound found = bound_of(*all_, group.placement, group.used, asked);
    const time_bound* least = found.floor();
    if (least == nullptr) {
        row.bound_reason = found.why_none;
        return;
    }
    row.bound_reason.clear();
    row.bound_us = least->time_us;
    row.binding_tier = least->tier;
    if (found.in_network) row.bound_at_ends_us = found.at_ends->time_us;
    if (!row.time_us || !(row.time_us->p50 > 0)) return;
    row.percent_of_bound = 100 * least->time_us / row.time_us->p50;
    if (row.time_us->p50 < least->time_us) {
        row.bound_note = contradiction(*least, row.time_us->p50);
    }
}

}  // namespace railgauge
