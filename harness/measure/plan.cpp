#include "harness/measure/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "harness/base/error.hpp"
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
    const auto& asked =
        spec.kind == operation_kind::barrier ? std::vector<std::uint64_t>{0} : one.bytes;
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
};

axes axes_of(const suite_case& one, operation_kind kind) {
    axes result{one.types, {redop::sum}, {0}, {false}};
    if (is_reducing(kind)) result.redops = one.redops;
    if (is_rooted(kind)) result.roots = one.roots;
    if (kind == operation_kind::barrier) {
        result.types = {dtype::uint8};
    } else {
        result.in_place = one.in_place;
    }
    return result;
}

class expander {
public:
    expander(plan& target, const suite_case& one, const bench_list& benches)
        : target_(target), case_(one), benches_(benches), points_(target.points()) {}

    void expand(const backend& transport, operation_kind kind) {
        const bench* family = find_bench(benches_, kind);
        if (family == nullptr) {
            throw usage_error(fmt::format("no bench measures {}", name_of(kind)));
        }
        const axes have = axes_of(case_, kind);
        for (const std::string& algorithm : algorithms_of(case_, transport, kind)) {
            for (const dtype type : have.types) {
                for (const redop op : have.redops) {
                    for (const int root : have.roots) {
                        series part;
                        part.kind = kind;
                        part.backend = transport.name();
                        part.algorithm = algorithm;
                        part.type = type;
                        part.op = op;
                        part.root = root;
                        part.stop = case_.stop;
                        add_placements(part, have, *family);
                    }
                }
            }
        }
    }

private:
    void add_placements(series part, const axes& have, const bench& family) {
        for (const bool in_place : have.in_place) {
            part.in_place = in_place;
            part.bytes = rounded_sizes(case_, family,
                                       {.kind = part.kind, .type = part.type, .algorithm = {}},
                                       target_.ranks);
            for (const timing_kind timing : case_.timings) {
                part.timing = timing;
                target_.parts.push_back(part);
                points_ += static_cast<std::int64_t>(part.bytes.size());
                if (points_ > most_points) {
                    throw usage_error(fmt::format(
                        "the suite crosses to more than {} points; take fewer sizes, types or "
                        "reductions",
                        most_points));
                }
            }
        }
    }

    plan& target_;
    const suite_case& case_;
    const bench_list& benches_;
    std::int64_t points_;
};

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
        for (const int root : one.roots) {
            if (root < 0 || root >= ranks) {
                throw usage_error(fmt::format("root {} does not exist: there are ranks 0 to {}",
                                              root, ranks - 1));
            }
        }
        expander expand(result, one, benches);
        for (const operation_kind kind : one.operations) {
            for (const backend* transport : chosen_backends(one, backends)) {
                expand.expand(*transport, kind);
            }
        }
    }
    return result;
}

measured_operation operation_of(const plan& all, const plan_point& point,
                                const bench_list& benches) {
    const series& part = *point.part;
    operation_spec spec{.kind = part.kind,
                        .type = part.type,
                        .op = part.op,
                        .root = part.root,
                        .in_place = part.in_place,
                        .algorithm = part.algorithm};
    return find_bench(benches, part.kind)->make(spec, point.bytes, all.ranks);
}

std::uint64_t memory_needed_bytes(const plan& all, const bench_list& benches) {
    const auto saturated = [](std::uint64_t a, std::uint64_t b) {
        return a > std::numeric_limits<std::uint64_t>::max() - b
                   ? std::numeric_limits<std::uint64_t>::max()
                   : a + b;
    };
    std::uint64_t most = 0;
    for (const series& part : all.parts) {
        if (part.bytes.empty()) continue;
        const plan_point largest{0, &part, part.bytes.back()};
        const measured_operation what = operation_of(all, largest, benches);
        const std::uint64_t size = size_of(part.type);
        std::uint64_t total = 0;
        for (int rank = 0; rank < all.ranks; ++rank) {
            const std::uint64_t input = input_elements(what.spec, rank, all.ranks) * size;
            const std::uint64_t output = output_elements(what.spec, rank, all.ranks) * size;
            total = saturated(total,
                              part.in_place ? std::max(input, output) : saturated(input, output));
        }
        most = std::max(most, total);
    }
    return most;
}

double estimated_time_s(const plan& all) noexcept {
    double total = 0;
    for (const series& part : all.parts) {
        double one = part.stop.budget_s * (1.0 + preparation_share);
        if (part.stop.iterations != 0) {
            one = static_cast<double>(part.stop.iterations) * assumed_iteration_s;
        }
        total += (one + preparation_s) * static_cast<double>(part.bytes.size());
    }
    return total;
}

}  // namespace railgauge
