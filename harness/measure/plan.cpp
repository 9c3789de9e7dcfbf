#include "harness/measure/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "harness/base/error.hpp"
#include "harness/measure/group_layout.hpp"
#include "harness/measure/words.hpp"

namespace railgauge {
namespace {

// What a point is taken to cost beside its sampling budget: the share that warm-up may take at
// most, and some milliseconds to prepare and verify. An assumption; the progress line corrects it.
constexpr double preparation_share = 0.25;
constexpr double preparation_s = 0.02;
constexpr double assumed_iteration_s = 1e-3;
// A mistyped list should not fill the memory; so many points would take days.
constexpr std::int64_t most_points = 1'000'000;

std::vector<const backend*> chosen_backends(const suite_case& one,
                                            std::span<const std::unique_ptr<backend>> all) {
    std::vector<const backend*> chosen;
    for (const auto& candidate : all) {
        const bool named = std::ranges::find(one.backends, candidate->name()) != one.backends.end();
        if (named || (one.backends.empty() && candidate->available().available)) {
            chosen.push_back(candidate.get());
        }
    }
    return chosen;
}

void check_names(const suite_case& one, std::span<const std::unique_ptr<backend>> all) {
    std::vector<std::string> names;
    for (const auto& candidate : all) names.emplace_back(candidate->name());
    for (const std::string& name : one.backends) {
        if (std::ranges::find(names, name) == names.end()) {
            throw usage_error(unknown_word("backend", name, names));
        }
    }
    std::vector<std::string> algorithms{"auto", "all"};
    for (const backend* candidate : chosen_backends(one, all)) {
        for (const operation_kind kind : one.operations) {
            const auto known = candidate->known_algorithms(kind);
            algorithms.insert(algorithms.end(), known.begin(), known.end());
        }
    }
    for (const std::string& name : one.algorithms) {
        if (std::ranges::find(algorithms, name) == algorithms.end()) {
            throw usage_error(unknown_word("algorithm", name, algorithms));
        }
    }
}

std::vector<std::string> algorithms_of(const suite_case& one, const backend& transport,
                                       operation_kind kind) {
    if (one.algorithms.empty()) return {""};
    std::vector<std::string> names;
    for (const std::string& name : one.algorithms) {
        if (name == "all") {
            const auto known = transport.known_algorithms(kind);
            names.insert(names.end(), known.begin(), known.end());
        } else {
            names.push_back(name == "auto" ? "" : name);
        }
    }
    return without_repeats(names);
}

std::vector<std::uint64_t> rounded_sizes(const suite_case& one, const bench& family,
                                         const operation_spec& spec, int ranks) {
    std::vector<std::uint64_t> sizes;
    const auto& asked = has_size(spec.kind) ? one.bytes : std::vector<std::uint64_t>{0};
    for (const std::uint64_t bytes : asked) {
        sizes.push_back(family.make(spec, bytes, ranks).bytes);
    }
    std::ranges::sort(sizes);
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

// The axes that an operation has: one value for those it does not.
struct axes {
    std::vector<dtype> types;
    std::vector<redop> redops;
    std::vector<int> roots;
    std::vector<bool> in_place;
    std::vector<int> windows;
    std::vector<memory_kind> memories;
    std::vector<host_memory_kind> host_memories;
    std::vector<int> host_numas;
};

axes axes_of(const suite_case& one, operation_kind kind) {
    axes result{
        one.types,   {redop::sum}, {0}, {false}, {1}, one.memories, {host_memory_kind::pinned},
        {local_numa}};
    if (uses_host_memory(kind)) {
        result.host_memories = one.host_memories;
        result.host_numas = one.host_numas;
    }
    if (is_reducing(kind)) result.redops = one.redops;
    if (is_rooted(kind)) result.roots = one.roots;
    if (takes_window(kind)) result.windows = one.windows;
    if (is_device_kind(kind)) result.memories = {memory_kind::cuda};
    if (!moves_message(kind)) {
        result.types = {dtype::uint8};
    } else if (!is_device_kind(kind)) {
        result.in_place = one.in_place;
    }
    return result;
}

// Every part once for each of the values.
template <typename Value, typename Set>
void cross(std::vector<series>& parts, const std::vector<Value>& values, const Set& set) {
    if (parts.size() * values.size() > static_cast<std::size_t>(most_points)) {
        throw usage_error(fmt::format(
            "the suite crosses to more than {} points; take fewer sizes, types or reductions",
            most_points));
    }
    std::vector<series> crossed;
    crossed.reserve(parts.size() * values.size());
    for (const series& part : parts) {
        for (const auto& value : values) {
            crossed.push_back(part);
            set(crossed.back(), value);
        }
    }
    parts = std::move(crossed);
}

std::vector<series> parts_of(const suite_case& one, const backend& transport, operation_kind kind) {
    const axes have = axes_of(one, kind);
    series first;
    first.kind = kind;
    first.backend = transport.name();
    first.stop = one.stop;
    first.manner.gpus_per_rank = one.gpus_per_rank;
    std::vector<series> parts{first};
    cross(parts, one.groups, [&](series& part, const group_rule& rule) {
        part.group = rule;
        part.rounds = is_pairing(rule) ? one.rounds : 0;
    });
    cross(parts, algorithms_of(one, transport, kind),
          [](series& part, const std::string& name) { part.algorithm = name; });
    const std::vector<memory_kind> own{transport.own_memory()};
    cross(parts, have.memories.empty() ? own : have.memories,
          [](series& part, memory_kind where) { part.where = where; });
    cross(parts, one.graphs, [](series& part, bool graph) { part.manner.graph = graph; });
    cross(parts, one.registrations,
          [](series& part, registration_kind how) { part.manner.registration = how; });
    cross(parts, one.streams, [](series& part, int streams) { part.manner.streams = streams; });
    cross(parts, have.host_memories,
          [](series& part, host_memory_kind how) { part.manner.host_memory = how; });
    cross(parts, have.host_numas, [](series& part, int node) { part.manner.host_numa = node; });
    cross(parts, one.loads,
          [](series& part, int processors) { part.manner.load_processors = processors; });
    cross(parts, have.windows, [](series& part, int window) { part.window = window; });
    cross(parts, have.types, [](series& part, dtype type) { part.type = type; });
    cross(parts, have.redops, [](series& part, redop op) { part.op = op; });
    cross(parts, have.roots, [](series& part, int root) { part.root = root; });
    cross(parts, have.in_place, [](series& part, bool in_place) { part.in_place = in_place; });
    cross(parts, one.timings, [](series& part, timing_kind timing) { part.timing = timing; });
    return parts;
}

const bench& bench_of(const bench_list& benches, const series& part) {
    const bench* family = find_bench(benches, part.kind, is_pairing(part.group));
    if (family == nullptr) {
        throw usage_error(fmt::format("no bench measures {}", name_of(part.kind)));
    }
    return *family;
}

// For how many ranks sizes are rounded, where that is known before the ranks have met.
int ranks_to_round_for(const group_rule& rule, int ranks) {
    if (rule.kind == group_kind::world) return ranks;
    return is_pairing(rule) ? 2 : 1;
}

void expand(plan& target, const suite_case& one, const backend& transport, operation_kind kind,
            const bench_list& benches) {
    std::int64_t points = target.points();
    for (series& part : parts_of(one, transport, kind)) {
        part.bytes = rounded_sizes(one, bench_of(benches, part),
                                   {.kind = kind, .type = part.type, .algorithm = {}},
                                   ranks_to_round_for(part.group, ranks_of(part, target.ranks)));
        points += static_cast<std::int64_t>(part.bytes.size());
        if (points > most_points) {
            throw usage_error(fmt::format(
                "the suite crosses to more than {} points; take fewer sizes, types or reductions",
                most_points));
        }
        target.parts.push_back(std::move(part));
    }
}

void check_ranks(const suite_case& one, int ranks) {
    const auto refuse = [&](std::string_view what, int rank) {
        const int all = what == "root" ? ranks * one.gpus_per_rank : ranks;
        throw usage_error(
            fmt::format("{} {} does not exist: there are ranks 0 to {}", what, rank, all - 1));
    };
    for (const int root : one.roots) {
        if (root < 0 || root >= ranks * one.gpus_per_rank) refuse("root", root);
    }
    for (const group_rule& rule : one.groups) {
        if (is_pairing(rule) && one.gpus_per_rank > 1) {
            throw usage_error(
                "pairs are of two ranks with a GPU each: start a rank for each GPU (--ranks) "
                "instead of several GPUs a rank (--gpus-per-rank)");
        }
        if (const int highest = highest_rank(rule); highest >= ranks) refuse("rank", highest);
    }
}

}  // namespace

std::int64_t plan::points() const noexcept {
    std::int64_t total = 0;
    for (const series& part : parts) total += static_cast<std::int64_t>(part.bytes.size());
    return total;
}

plan_point point_at(const plan& all, std::int64_t index) {
    std::int64_t before = 0;
    for (const series& part : all.parts) {
        const auto here = static_cast<std::int64_t>(part.bytes.size());
        if (index >= 0 && index < before + here) {
            return {index, &part, part.bytes[static_cast<std::size_t>(index - before)]};
        }
        before += here;
    }
    throw std::out_of_range("point_at: no such point in the plan");
}

plan make_plan(const suite& what, int ranks, const bench_list& benches,
               std::span<const std::unique_ptr<backend>> backends) {
    plan result;
    result.suite = what.name;
    result.ranks = ranks;
    for (const suite_case& one : what.cases) {
        check_names(one, backends);
        check_ranks(one, ranks);
        for (const operation_kind kind : one.operations) {
            for (const backend* transport : chosen_backends(one, backends)) {
                expand(result, one, *transport, kind, benches);
            }
        }
    }
    return result;
}

int ranks_of(const series& part, int processes) noexcept {
    return processes * part.manner.gpus_per_rank;
}

measured_operation operation_of(const plan_point& point, const bench_list& benches, int ranks) {
    const series& part = *point.part;
    operation_spec spec{.kind = part.kind,
                        .type = part.type,
                        .op = part.op,
                        .root = part.root,
                        .in_place = part.in_place,
                        .algorithm = part.algorithm,
                        .window = part.window,
                        .where = part.where,
                        .manner = part.manner};
    measured_operation what = bench_of(benches, part).make(spec, point.bytes, ranks);
    // Executions at once are counted as a window's messages are: the time is that of one.
    what.time_factor /= part.manner.streams;
    return what;
}

namespace {

double rounds_of(const series& part, int ranks, const bench_list& benches) {
    const rank_seat as_if{0, ranks, 0, ranks, 0, ranks};
    const int directions = bench_of(benches, part).directions(part.kind);
    return std::max(group_layout(part.group, as_if, directions, part.rounds).rounds(), 1);
}

}  // namespace

double estimated_time_s(const plan& all, const bench_list& benches) {
    double total = 0;
    for (const series& part : all.parts) {
        double one = part.stop.budget_s * (1.0 + preparation_share);
        if (part.stop.iterations != 0) {
            one = static_cast<double>(part.stop.iterations) * assumed_iteration_s;
        }
        total += (one + preparation_s) * static_cast<double>(part.bytes.size()) *
                 rounds_of(part, all.ranks, benches);
    }
    return total;
}

}  // namespace railgauge
