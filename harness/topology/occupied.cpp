#include "harness/topology/occupied.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

namespace railgauge {
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

class occupier {
public:
    occupier(const topology& all, const rank_placement_rule& placement, data_memory memory)
        : all_(all), runs_(placement.runs), memory_(memory) {}

    occupied_tree build() {
        const std::size_t root = all_.stacks.size() - 1;
        const int top = static_cast<int>(all_.root().tiers.size()) - 1;
        int found = group(root, top, 0, 0);
        // Above the smallest group with all ranks nothing is crossed.
        while (only_child(found)) found = made_.classes[index(found)].children.front().first;
        made_.classes.resize(index(found) + 1);
        made_.classes.back().up_gbps = 0;
        made_.ranks = made_.classes.back().ranks;
        count_copies();
        return std::move(made_);
    }

private:
    using runs = std::vector<placement_run>;
    using content = std::vector<std::pair<int, std::int64_t>>;

    static std::size_t index(int id) { return static_cast<std::size_t>(id); }

    bool only_child(int id) const {
        const auto& children = made_.classes[index(id)].children;
        return children.size() == 1 && children.front().second == 1;
    }

    // The parts of the runs on the GPUs from `begin` up to `end`.
    runs clipped(std::int64_t begin, std::int64_t end) const {
        runs result;
        auto run = std::ranges::lower_bound(runs_, begin, {}, &placement_run::last);
        for (; run != runs_.end() && run->first < end; ++run) {
            const std::int64_t skip =
                run->first < begin ? (begin - run->first + run->stride - 1) / run->stride : 0;
            const std::int64_t first = run->first + skip * run->stride;
            if (first >= end || skip >= run->count) continue;
            const std::int64_t count =
                std::min(run->count - skip, (end - 1 - first) / run->stride + 1);
            result.push_back({first, run->stride, count});
        }
        return result;
    }

    // The class of the group whose first GPU is `begin`; -1 where no rank sits in it.
    int group(std::size_t stack, int level, std::int64_t begin, double up_gbps) {
        if (level < 0) return clipped(begin, begin + 1).empty() ? -1 : leaf(stack, up_gbps);
        const std::int64_t size = gpus_in_group(all_, stack, level);
        const runs mine = clipped(begin, begin + size);
        if (mine.empty()) return -1;
        // Groups with the same single run in the same place are alike.
        const bool alike = mine.size() == 1;
        const placement_run run{mine.front().first - begin, mine.front().stride,
                                mine.front().count};
        const auto key = std::tuple(stack, level, run.first, run.count == 1 ? 1 : run.stride,
                                    run.count, up_gbps);
        if (alike) {
            if (const auto known = seen_.find(key); known != seen_.end()) return known->second;
        }
        ++made_.groups_visited;
        content children = members(stack, level, begin, mine);
        const int id = class_of(stack, level, std::move(children), up_gbps);
        if (alike) seen_.emplace(key, id);
        return id;
    }

    content members(std::size_t index_of_stack, int level, std::int64_t begin, const runs& mine) {
        const stack& in = all_.stacks[index_of_stack];
        const tier& at = in.tiers[index(level)];
        std::map<int, std::int64_t> found;
        if (level > 0 || in.contains.empty()) {
            add_members({index_of_stack, level - 1, begin, at.members, rate(at, at.member_gbps)},
                        mine, found);
        } else {
            for (const contained& part : in.contains) {
                const stack& kind = all_.stacks[part.stack];
                add_members({part.stack, static_cast<int>(kind.tiers.size()) - 1, begin, part.count,
                             rate(at, part.gbps)},
                            mine, found);
                begin += part.count * kind.gpus;
            }
        }
        return {found.begin(), found.end()};
    }

    struct siblings {
        std::size_t stack;
        int level;
        std::int64_t begin;
        std::int64_t count;
        double up_gbps;
    };

    // Members that a run passes through repeat after a period, and are counted; those at its ends
    // are looked into one by one.
    void add_members(const siblings& of, const runs& mine, std::map<int, std::int64_t>& found) {
        const std::int64_t size = of.level < 0 ? 1 : gpus_in_group(all_, of.stack, of.level);
        const std::int64_t end = of.begin + of.count * size;
        std::int64_t next = 0;  // members before it are done
        const auto look = [&](std::int64_t member, std::int64_t alike) {
            const int id = group(of.stack, of.level, of.begin + member * size, of.up_gbps);
            if (id >= 0) found[id] += alike;
        };
        for (const placement_run& run : mine) {
            if (run.first >= end || run.last() < of.begin) continue;
            const std::int64_t low = std::max(run.first, of.begin);
            const std::int64_t upto = (std::min(run.last(), end - 1) - of.begin) / size;
            next = std::max(next, (low - of.begin) / size);
            // Between the first and the last member the run covers them from end to end.
            const std::int64_t inner = of.begin + next * size >= run.first ? next : next + 1;
            for (; next < std::min(inner, upto + 1); ++next) look(next, 1);
            const std::int64_t inner_end = (std::min(run.last() + 1, end) - of.begin) / size;
            const std::int64_t step = std::gcd(run.stride, size);
            if (run.stride <= size) {
                const std::int64_t period = run.stride / step;
                const std::int64_t first = next;
                for (; next < std::min(inner_end, first + period); ++next) {
                    look(next, (inner_end - 1 - next) / period + 1);
                }
            } else if (next < inner_end) {
                // Most members are empty: from rank to rank, each in a member of its own.
                const std::int64_t period = size / step;
                std::int64_t rank = rank_from(run, of.begin + next * size);
                const std::int64_t rank_end = rank_from(run, of.begin + inner_end * size);
                for (const std::int64_t first = rank; rank < std::min(rank_end, first + period);
                     ++rank) {
                    look((run.first + rank * run.stride - of.begin) / size,
                         (rank_end - 1 - rank) / period + 1);
                }
            }
            for (next = std::max(next, inner_end); next <= upto; ++next) look(next, 1);
        }
    }

    /// The first of a run's ranks whose GPU is not before `gpu`.
    static std::int64_t rank_from(const placement_run& run, std::int64_t gpu) {
        if (gpu <= run.first) return 0;
        return std::min(run.count, (gpu - run.first + run.stride - 1) / run.stride);
    }

    double rate(const tier& at, double gbps) const {
        if (at.medium == medium_kind::memory) return unbounded;
        return memory_ == data_memory::host && reach_of(at.medium) == 0 ? unbounded : gbps;
    }

    int leaf(std::size_t stack, double up_gbps) { return class_of(stack, -1, {}, up_gbps); }

    int class_of(std::size_t stack, int level, content children, double up_gbps) {
        const auto key = std::tuple(stack, level, up_gbps, children);
        const auto [place, fresh] = ids_.try_emplace(key, static_cast<int>(made_.classes.size()));
        if (fresh) {
            occupied_class one;
            one.stack = stack;
            one.level = level;
            one.up_gbps = up_gbps;
            one.ranks = level < 0 ? 1 : 0;
            for (const auto& [child, count] : children) {
                one.ranks += made_.classes[index(child)].ranks * count;
            }
            one.children = std::move(children);
            made_.classes.push_back(std::move(one));
        }
        return place->second;
    }

    void count_copies() {
        made_.classes.back().copies = 1;
        for (auto one = made_.classes.rbegin(); one != made_.classes.rend(); ++one) {
            for (const auto& [child, count] : one->children) {
                made_.classes[index(child)].copies += one->copies * static_cast<double>(count);
            }
        }
    }

    const topology& all_;
    const runs& runs_;
    data_memory memory_;
    occupied_tree made_;
    std::map<std::tuple<std::size_t, int, std::int64_t, std::int64_t, std::int64_t, double>, int>
        seen_;
    std::map<std::tuple<std::size_t, int, double, content>, int> ids_;
};

}  // namespace

occupied_tree occupy(const topology& all, const rank_placement_rule& placement,
                     data_memory memory) {
    return occupier(all, placement, memory).build();
}

}  // namespace railgauge
