#include "harness/topology/switch_cut.hpp"

#include <cmath>
#include <limits>

namespace railgauge {
namespace {

constexpr double never = -std::numeric_limits<double>::infinity();
constexpr int most_steps = 100;

class cut_search {
public:
    cut_search(const occupied_tree& used, const std::vector<bool>& passes_on)
        : used_(used), passes_on_(passes_on), inside_(used.classes.size()) {}

    std::optional<switch_cut> dearest() {
        std::optional<switch_cut> best;
        double price = 0;  // GB/s an edge has to be worth, see value()
        for (int step = 0; step < most_steps; ++step) {
            const auto found = best_at(price);
            if (!found) break;
            const double next = (found->edges - 1) / found->gbps;
            if (best && !(next > price * (1 + 1e-12))) break;
            best = found;
            price = next;
        }
        return best;
    }

private:
    // What an edge to a member counts: 1 for the part behind it, less its rate at the price.
    static double edge(const occupied_class& member, double price) {
        return std::isinf(member.up_gbps) ? never : 1 - price * member.up_gbps;
    }

    // The set that maximises edges - 1 - price x rate; none where that is not above 0.
    std::optional<switch_cut> best_at(double price) {
        double greatest = price == 0 ? 0.5 : 1e-12;
        std::optional<std::size_t> start;
        for (std::size_t id = 0; id < used_.classes.size(); ++id) {
            const occupied_class& one = used_.classes[id];
            inside_[id] = never;
            if (one.level < 0 || !passes_on_[id]) continue;
            double sum = 0;
            for (const auto& [child, count] : one.children) {
                sum += static_cast<double>(count) * value(static_cast<std::size_t>(child), price);
            }
            inside_[id] = sum;
            const bool top = id + 1 == used_.classes.size();
            const double whole = sum - 1 + (top ? 0 : edge(one, price));
            if (whole > greatest) {
                greatest = whole;
                start = id;
            }
        }
        if (!start) return std::nullopt;
        return collect(*start, price);
    }

    // Of a member: the edge to it, or what it gives when it joins the set.
    double value(std::size_t id, double price) const {
        return std::max(edge(used_.classes[id], price), inside_[id]);
    }

    switch_cut collect(std::size_t start, double price) const {
        switch_cut cut;
        double most = 0;
        const occupied_class& one = used_.classes[start];
        if (start + 1 != used_.classes.size()) {
            cut.edges = 1;
            cut.gbps = one.up_gbps;
        }
        // Members of the set, from the outside inwards: how many groups of each class.
        std::vector<double> groups(used_.classes.size(), 0);
        groups[start] = 1;
        for (std::size_t id = start + 1; id-- > 0;) {
            if (groups[id] == 0) continue;
            for (const auto& [child, count] : used_.classes[id].children) {
                const auto at = static_cast<std::size_t>(child);
                const double times = groups[id] * static_cast<double>(count);
                if (inside_[at] > edge(used_.classes[at], price)) {
                    groups[at] += times;
                    continue;
                }
                cut.edges += times;
                cut.gbps += times * used_.classes[at].up_gbps;
                if (times > most) {
                    most = times;
                    cut.widest_class = child;
                }
            }
        }
        return cut;
    }

    const occupied_tree& used_;
    const std::vector<bool>& passes_on_;
    std::vector<double> inside_;
};

}  // namespace

std::optional<switch_cut> dearest_cut(const occupied_tree& used,
                                      const std::vector<bool>& passes_on) {
    return cut_search(used, passes_on).dearest();
}

}  // namespace railgauge
