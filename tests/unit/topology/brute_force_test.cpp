// The bound of small clusters against the best over every cut and every partition.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "harness/topology/bound.hpp"
#include "harness/topology/read_topology.hpp"

namespace railgauge {
namespace {

/// A tree as anyone would draw it: nodes that list their children.
struct drawn_node {
    int parent = -1;
    double up_gbps = 0;
    int gpu = -1;
    std::vector<int> children;
};

struct drawing {
    std::vector<drawn_node> nodes{drawn_node{}};
    std::string text;
    int gpus = 0;

    int add(int parent, double up_gbps) {
        nodes.push_back({parent, up_gbps, -1, {}});
        nodes[static_cast<std::size_t>(parent)].children.push_back(static_cast<int>(nodes.size()) -
                                                                   1);
        return static_cast<int>(nodes.size()) - 1;
    }
};

struct shape {
    std::vector<int> members;  ///< innermost first
    std::vector<int> port;     ///< GB/s of a member of each tier
    int up = 0;                ///< GB/s out of the whole
};

std::string tiers_of(const shape& of, const char* table, bool reduces) {
    std::string text;
    for (std::size_t i = 0; i < of.members.size(); ++i) {
        text += fmt::format(
            "[[{}]]\nname = \"t{}\"\nmedium = \"infiniband\"\nmembers = {}\nport = \"{}GB/s\"\n"
            "latency = \"0us\"\nreduces = {}\nsource = \"assumed\"\n",
            table, i, of.members[i], of.port[i], reduces);
    }
    if (of.up > 0) text += fmt::format("uplinks = 1\nuplink = \"{}GB/s\"\n", of.up);
    return text;
}

void draw(drawing& into, int at, const shape& of, int level) {
    for (int member = 0; member < of.members[static_cast<std::size_t>(level)]; ++member) {
        const int node = into.add(at, of.port[static_cast<std::size_t>(level)]);
        if (level == 0) {
            into.nodes[static_cast<std::size_t>(node)].gpu = into.gpus++;
        } else {
            draw(into, node, of, level - 1);
        }
    }
}

class random_clusters {
public:
    explicit random_clusters(unsigned seed) : random_(seed) {}

    drawing next(bool reduces) {
        drawing made;
        const bool mixed = between(0, 1) == 1;
        std::string body;
        if (mixed) {
            int left = 8;
            std::string contains;
            for (int kind = 0; kind < 2; ++kind) {
                shape of = some_shape(left > 4 ? 4 : left, 2);
                of.up = between(1, 20);
                const int gpus = product(of.members);
                const int count = between(1, std::min(2, std::max(1, left / gpus / (2 - kind))));
                contains += fmt::format("{{ stack = \"k{}\", count = {} }}, ", kind, count);
                body += fmt::format("[[stack]]\nname = \"k{}\"\nnode = \"n\"\n", kind) +
                        tiers_of(of, "stack.tier", reduces);
                for (int i = 0; i < count; ++i) {
                    draw(made, made.add(0, of.up), of, static_cast<int>(of.members.size()) - 1);
                }
                left -= gpus * count;
            }
            body += fmt::format(
                "[[tier]]\nname = \"top\"\nmedium = \"infiniband\"\nlatency = \"0us\"\nreduces = "
                "{}\nsource = \"assumed\"\n",
                reduces);
            made.text = fmt::format("[topology]\nname = \"r\"\ngpus = {}\ncontains = [ {} ]\n",
                                    made.gpus, contains);
        } else {
            const shape of = some_shape(8, 3);
            draw(made, 0, of, static_cast<int>(of.members.size()) - 1);
            made.text =
                fmt::format("[topology]\nname = \"r\"\ngpus = {}\nnode = \"n\"\n", made.gpus);
            body = tiers_of(of, "tier", reduces);
        }
        made.text += "[node.n]\ngpus = 1\nsource = \"assumed\"\n" + body;
        return made;
    }

    int between(int low, int high) { return std::uniform_int_distribution<>(low, high)(random_); }

private:
    static int product(const std::vector<int>& of) {
        return std::accumulate(of.begin(), of.end(), 1, std::multiplies<>());
    }

    shape some_shape(int most_gpus, int most_tiers) {
        shape of;
        int gpus = 1;
        const int tiers = between(1, most_tiers);
        for (int i = 0; i < tiers; ++i) {
            const int members = between(1, std::max(1, std::min(4, most_gpus / gpus)));
            of.members.push_back(members);
            of.port.push_back(between(1, 20));
            gpus *= members;
        }
        return of;
    }

    std::mt19937 random_;
};

/// Rates of the smallest cut that separates the GPUs in `inside` from those in `outside` (bits).
double smallest_cut(const drawing& of, unsigned inside, unsigned outside) {
    const std::function<std::pair<double, double>(int)> solve = [&](int at) {
        const drawn_node& node = of.nodes[static_cast<std::size_t>(at)];
        std::pair<double, double> cost{0, 0};  // where the node is on the inner, the outer side
        if (node.gpu >= 0) {
            if ((inside >> node.gpu & 1) != 0) cost.second = 1e18;
            if ((outside >> node.gpu & 1) != 0) cost.first = 1e18;
        }
        for (const int child : node.children) {
            const double rate = of.nodes[static_cast<std::size_t>(child)].up_gbps;
            const auto below = solve(child);
            cost.first += std::min(below.first, below.second + rate);
            cost.second += std::min(below.second, below.first + rate);
        }
        return cost;
    };
    const auto [in, out] = solve(0);
    return std::min(in, out);
}

double best_over_cuts(const drawing& of, unsigned used,
                      const std::function<double(unsigned)>& bytes) {
    double best = 0;
    for (unsigned part = (used - 1) & used; part != 0; part = (part - 1) & used) {
        best = std::max(best, bytes(part) / smallest_cut(of, part, used & ~part));
    }
    return best;
}

double best_over_partitions(const drawing& of, unsigned used) {
    double best = 0;
    const std::function<void(unsigned, int, double)> split = [&](unsigned left, int parts,
                                                                 double rates) {
        if (left == 0) {
            if (parts > 1) best = std::max(best, 2.0 * (parts - 1) / rates);
            return;
        }
        const unsigned lowest = left & (~left + 1);
        const unsigned others = left & ~lowest;
        for (unsigned more = others;; more = (more - 1) & others) {
            const unsigned part = lowest | more;
            if (part != used) {
                split(left & ~part, parts + 1, rates + smallest_cut(of, part, used & ~part));
            }
            if (more == 0) break;
        }
    };
    split(used, 0, 0);
    return best;
}

int bits(unsigned set) {
    return __builtin_popcount(set);
}

constexpr double bytes = 1e9;

double bound_us(const drawing& of, unsigned used, operation_kind kind, bool in_network,
                std::int64_t root = 0) {
    const topology all = parse_topology(of.text, "r.toml");
    std::vector<std::int64_t> gpus;
    for (int gpu = 0; gpu < of.gpus; ++gpu) {
        if ((used >> gpu & 1) != 0) gpus.push_back(gpu);
    }
    const auto placement = placement_on(gpus, all);
    const auto tree = occupy(all, placement);
    EXPECT_EQ(tree.ranks, bits(used));
    const auto found = bound_of(all, placement, tree, {kind, bytes, root});
    EXPECT_TRUE(found.at_ends.has_value()) << found.why_none;
    const auto& one = in_network ? found.in_network : found.at_ends;
    EXPECT_TRUE(one.has_value());
    return one ? one->time_us : 0;
}

class brute_force : public testing::Test {
protected:
    /// `check` gets a cluster and at least two of its GPUs.
    template <typename Check>
    void each_cluster(bool reduces, const Check& check) {
        random_clusters clusters(7);
        for (int i = 0; i < 400; ++i) {
            const drawing made = clusters.next(reduces);
            unsigned used = (1U << made.gpus) - 1;
            if (i % 2 == 1) used &= static_cast<unsigned>(clusters.between(1, 255));
            if (bits(used) < 2) continue;
            SCOPED_TRACE(fmt::format("{}\nused {:b}", made.text, used));
            check(made, used);
            ++checked_;
            if (HasFailure()) return;
        }
        EXPECT_GT(checked_, 150);
    }

    int checked_ = 0;
};

constexpr double us_a_gb = 1e6;

void expect_same(double bound, double reference) {
    EXPECT_NEAR(bound, reference * us_a_gb, 1e-6 * bound);
}

TEST_F(brute_force, all_reduce_at_the_ends_over_every_partition) {
    each_cluster(false, [](const drawing& of, unsigned used) {
        expect_same(bound_us(of, used, operation_kind::all_reduce, false),
                    best_over_partitions(of, used));
    });
}

TEST_F(brute_force, all_reduce_in_the_network_over_every_cut) {
    each_cluster(true, [](const drawing& of, unsigned used) {
        const double ends = bound_us(of, used, operation_kind::all_reduce, false);
        const double network = bound_us(of, used, operation_kind::all_reduce, true);
        expect_same(network, best_over_cuts(of, used, [](unsigned) { return 1.0; }));
        EXPECT_LE(network, ends * (1 + 1e-9));
    });
}

TEST_F(brute_force, all_gather_and_reduce_scatter_over_every_cut) {
    each_cluster(false, [](const drawing& of, unsigned used) {
        const double all = bits(used);
        const double best =
            best_over_cuts(of, used, [&](unsigned part) { return bits(part) / all; });
        expect_same(bound_us(of, used, operation_kind::all_gather, false), best);
        expect_same(bound_us(of, used, operation_kind::reduce_scatter, false), best);
    });
}

TEST_F(brute_force, all_to_all_over_every_cut) {
    each_cluster(false, [](const drawing& of, unsigned used) {
        const double all = bits(used);
        expect_same(bound_us(of, used, operation_kind::all_to_all, false),
                    best_over_cuts(of, used, [&](unsigned part) {
                        return bits(part) * (all - bits(part)) / all;
                    }));
    });
}

TEST_F(brute_force, rooted_operations_over_every_cut) {
    each_cluster(false, [](const drawing& of, unsigned used) {
        const double all = bits(used);
        for (int root = 0, gpu = 0; gpu < of.gpus; ++gpu) {
            if ((used >> gpu & 1) == 0) continue;
            const double best = best_over_cuts(of, used, [&](unsigned part) {
                return (part >> gpu & 1) != 0 ? 0 : bits(part) / all;
            });
            expect_same(bound_us(of, used, operation_kind::gather, false, root), best);
            ++root;
        }
        const double best = best_over_cuts(of, used, [](unsigned) { return 1.0; });
        expect_same(bound_us(of, used, operation_kind::broadcast, false), best);
        expect_same(bound_us(of, used, operation_kind::reduce, false), best);
    });
}

}  // namespace
}  // namespace railgauge
