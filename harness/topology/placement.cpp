#include "harness/topology/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

constexpr std::int64_t most_listed_hosts = 1'000'000;

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

void refuse_too_many(std::int64_t ranks, std::int64_t last, const topology& all) {
    if (last < all.root().gpus) return;
    throw usage_error(fmt::format("{} ranks need GPU {}, and '{}' has {}: 0 to {}", ranks, last,
                                  all.name, all.root().gpus, all.root().gpus - 1));
}

std::int64_t hosts_in(const topology& all, std::size_t index) {
    const stack& kind = all.stacks[index];
    if (kind.contains.empty()) {
        return std::max<std::int64_t>(1, kind.gpus / kind.gpus_per_host);
    }
    std::int64_t hosts = 0;
    for (const contained& part : kind.contains) hosts += part.count * hosts_in(all, part.stack);
    // Its tiers above the innermost repeat what it contains.
    return hosts * (kind.gpus / gpus_in_group(all, index, 0));
}

host_gpus find_host(const topology& all, std::size_t index, std::int64_t host) {
    const stack& kind = all.stacks[index];
    if (kind.contains.empty()) {
        const std::int64_t size = std::min(kind.gpus_per_host, kind.gpus);
        return {host * size, size};
    }
    const std::int64_t inner_gpus = gpus_in_group(all, index, 0);
    std::int64_t inner_hosts = 0;
    for (const contained& part : kind.contains) {
        inner_hosts += part.count * hosts_in(all, part.stack);
    }
    std::int64_t first = host / inner_hosts * inner_gpus;
    host %= inner_hosts;
    for (const contained& part : kind.contains) {
        const std::int64_t each = hosts_in(all, part.stack);
        if (host < part.count * each) {
            host_gpus found = find_host(all, part.stack, host % each);
            found.first += first + host / each * all.stacks[part.stack].gpus;
            return found;
        }
        host -= part.count * each;
        first += part.count * all.stacks[part.stack].gpus;
    }
    return {};
}

/// "0-3,8" as sorted host numbers, each once.
std::vector<std::int64_t> host_numbers(std::string_view list, const topology& all) {
    const std::int64_t there = hosts_of(all);
    std::vector<std::int64_t> hosts;
    while (true) {
        const std::string_view item = list.substr(0, list.find(','));
        const std::size_t dash = item.find('-');
        const auto first = whole_number(item.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : whole_number(item.substr(dash + 1));
        if (!first || !last || *last < *first || *last >= there ||
            *last - *first >= most_listed_hosts) {
            throw usage_error(fmt::format(
                "'{}' is expected to be a host's number or a range such as 0-3; there are {} hosts",
                item.substr(0, 40), there));
        }
        for (std::int64_t host = *first; host <= *last; ++host) hosts.push_back(host);
        if (static_cast<std::int64_t>(hosts.size()) > most_listed_hosts) {
            throw usage_error(fmt::format("more than {} hosts are listed", most_listed_hosts));
        }
        if (item.size() == list.size()) break;
        list.remove_prefix(item.size() + 1);
    }
    std::ranges::sort(hosts);
    hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
    return hosts;
}

void append(std::vector<placement_run>& runs, std::int64_t first, std::int64_t count) {
    if (!runs.empty() && runs.back().last() + 1 == first && runs.back().stride == 1) {
        runs.back().count += count;
    } else {
        runs.push_back({first, 1, count});
    }
}

}  // namespace

std::int64_t rank_placement_rule::ranks() const {
    std::int64_t sum = 0;
    for (const placement_run& run : runs) sum += run.count;
    return sum;
}

std::int64_t rank_placement_rule::gpu_of(std::int64_t rank) const {
    for (const placement_run& run : runs) {
        if (rank < run.count) return run.first + rank * run.stride;
        rank -= run.count;
    }
    throw usage_error("no such rank");
}

std::int64_t hosts_of(const topology& all) {
    return hosts_in(all, all.stacks.size() - 1);
}

host_gpus gpus_of_host(const topology& all, std::int64_t host) {
    if (host < 0 || host >= hosts_of(all)) {
        throw usage_error(
            fmt::format("there is no host {}: '{}' has {}", host, all.name, hosts_of(all)));
    }
    return find_host(all, all.stacks.size() - 1, host);
}

rank_placement_rule parse_placement(std::string_view words, const topology& all,
                                    std::int64_t ranks) {
    if (ranks < 1) throw usage_error("a placement needs at least one rank");
    if (words.empty() || words == "natural") {
        refuse_too_many(ranks, ranks - 1, all);
        return {{{0, 1, ranks}}};
    }
    if (words.starts_with("strided:")) {
        const auto stride = whole_number(words.substr(8));
        if (!stride || *stride < 1 || *stride > all.root().gpus) {
            throw usage_error(fmt::format("'{}': the stride is a whole number of GPUs, 1 to {}",
                                          words.substr(0, 40), all.root().gpus));
        }
        if (ranks > all.root().gpus) refuse_too_many(ranks, ranks - 1, all);
        refuse_too_many(ranks, (ranks - 1) * *stride, all);
        return {{{0, *stride, ranks}}};
    }
    if (words.starts_with("hosts:")) {
        rank_placement_rule rule;
        std::int64_t left = ranks;
        for (const std::int64_t host : host_numbers(words.substr(6), all)) {
            const host_gpus gpus = gpus_of_host(all, host);
            if (left > 0) append(rule.runs, gpus.first, std::min(left, gpus.count));
            left -= std::min(left, gpus.count);
        }
        if (left > 0) {
            throw usage_error(fmt::format(
                "the listed hosts have {} GPUs, and {} ranks are asked for", ranks - left, ranks));
        }
        return rule;
    }
    throw usage_error(fmt::format("'{}' is no placement: natural, strided:S or hosts:0-3,8 are",
                                  words.substr(0, 40)));
}

rank_placement_rule placement_on(std::vector<std::int64_t> gpus, const topology& all) {
    std::ranges::sort(gpus);
    rank_placement_rule rule;
    for (std::size_t i = 0; i < gpus.size(); ++i) {
        if (gpus[i] < 0 || gpus[i] >= all.root().gpus) {
            throw usage_error(
                fmt::format("there is no GPU {}: '{}' has {}", gpus[i], all.name, all.root().gpus));
        }
        if (i > 0 && gpus[i] == gpus[i - 1]) {
            throw usage_error(fmt::format("two ranks sit on GPU {}", gpus[i]));
        }
        append(rule.runs, gpus[i], 1);
    }
    return rule;
}

}  // namespace railgauge
