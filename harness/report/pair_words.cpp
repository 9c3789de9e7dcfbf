#include "harness/report/pair_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/report/figures.hpp"
#include "harness/report/printable.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_lines = 12;

// The pairs within hosts, or those between them.
class kind_words {
public:
    kind_words(std::vector<pair_value> cells, const std::map<int, std::string>& hosts, bool is_time)
        : cells_(std::move(cells)),
          hosts_(hosts),
          is_time_(is_time),
          found_(find_slow_pairs(cells_)) {
        for (const pair_value& cell : cells_) {
            ranks_[host_of(cell.from)].insert(cell.from);
            ranks_[host_of(cell.to)].insert(cell.to);
        }
    }

    void tell(std::string_view where, pair_words& into) const {
        std::vector<std::string> lines = end_lines();
        const std::vector<std::string> paths = path_lines();
        lines.insert(lines.end(), paths.begin(), paths.end());
        if (lines.size() > most_lines) {
            const std::size_t more = lines.size() - most_lines;
            lines.resize(most_lines);
            lines.push_back(fmt::format("and {} more", more));
        }
        if (lines.empty()) lines.push_back(nothing());
        for (const std::string& line : lines) into.lines.push_back(std::string(where) + line);
        mark(into.slow_cells);
    }

private:
    using ends_of_host = std::map<std::string, std::vector<const slow_end*>>;

    [[nodiscard]] const std::string& host_of(int rank) const { return hosts_.at(rank); }

    [[nodiscard]] std::string name_of(int rank) const {
        if (ranks_.size() < 2) return fmt::format("rank {}", rank);
        const std::string host = printable(host_of(rank));
        return ranks_.at(host_of(rank)).size() < 2 ? host : fmt::format("{} rank {}", host, rank);
    }

    // "0.036 GB/s, 31 % of the usual 0.117 GB/s"
    [[nodiscard]] std::string compared(double value, double other, std::string_view what) const {
        return fmt::format("{}, {:.0f} % of the {} {}", show_value(value, is_time_),
                           (is_time_ ? other / value : value / other) * 100, what,
                           show_value(other, is_time_));
    }

    [[nodiscard]] std::vector<std::string> end_lines() const {
        ends_of_host by_host;
        for (const slow_end& end : found_.ends) by_host[host_of(end.end)].push_back(&end);
        std::vector<std::pair<double, std::string>> lines;
        for (const auto& [host, ends] : by_host) {
            const std::size_t ranks = ranks_.at(host).size();
            const bool alike =
                std::ranges::all_of(ends, [&first = *ends.front()](const slow_end* end) {
                    return end->sending == first.sending && end->receiving == first.receiving;
                });
            if (ranks > 1 && ranks_.size() > 1 && ends.size() == ranks && alike) {
                std::vector<double> values;
                for (const slow_end* end : ends) values.push_back(end->value);
                lines.push_back(end_line(printable(host), *ends.front(), stats::median(values)));
                continue;
            }
            for (const slow_end* end : ends) {
                lines.push_back(end_line(name_of(end->end), *end, end->value));
            }
        }
        std::ranges::sort(lines);
        std::vector<std::string> texts;
        for (auto& [value, text] : lines) texts.push_back(std::move(text));
        return texts;
    }

    [[nodiscard]] std::pair<double, std::string> end_line(const std::string& name,
                                                          const slow_end& end, double value) const {
        const std::string_view how = end.sending && end.receiving ? "to and from all others"
                                     : end.sending                ? "sending to all others"
                                                                  : "receiving from all others";
        return {value, fmt::format("{} stands out: {} it reaches {}", name, how,
                                   compared(value, found_.typical, "usual"))};
    }

    [[nodiscard]] std::vector<std::string> path_lines() const {
        std::map<std::pair<int, int>, const slow_path*> slow;
        for (const slow_path& path : found_.paths) slow[{path.from, path.to}] = &path;
        std::vector<std::string> lines;
        std::set<std::pair<int, int>> told;
        for (const slow_path& path : found_.paths) {
            if (told.contains({path.from, path.to})) continue;
            const bool both = slow.contains({path.to, path.from});
            if (both) told.insert({path.to, path.from});
            lines.push_back(fmt::format(
                "{} {} {} stands out: {}{}", name_of(path.from), both ? "<->" : "->",
                name_of(path.to),
                compared(path.value, path.expected, path.of_unknown ? "usual" : "expected"),
                where_to_look(path)));
        }
        return lines;
    }

    [[nodiscard]] std::string where_to_look(const slow_path& path) const {
        if (path.of_unknown) return "";
        if (path.weak_end < 0) return "; with others both ends are fine, so look between them";
        return fmt::format("; with its better partners {} reaches {}, so look there first",
                           name_of(path.weak_end),
                           compared(path.weak_value, found_.typical, "usual"));
    }

    [[nodiscard]] std::string nothing() const {
        std::size_t ends = 0;
        for (const auto& [host, ranks] : ranks_) ends += ranks.size();
        if (ends < 3) return "two ends: there is nothing to compare them with";
        const auto [least, most] = std::ranges::minmax(cells_, {}, &pair_value::value);
        return fmt::format(
            "nothing stands out: pairs reach {} to {}; a path {} {:.0f} % of what is expected "
            "would",
            show_value(least.value, is_time_), show_value(most.value, is_time_),
            is_time_ ? "above" : "below",
            (is_time_ ? 1 / found_.visible_below : found_.visible_below) * 100);
    }

    void mark(std::set<std::pair<int, int>>& slow_cells) const {
        for (const slow_path& path : found_.paths) slow_cells.insert({path.from, path.to});
        for (const slow_end& end : found_.ends) {
            for (const pair_value& cell : cells_) {
                if ((end.sending && cell.from == end.end) ||
                    (end.receiving && cell.to == end.end)) {
                    slow_cells.insert({cell.from, cell.to});
                }
            }
        }
    }

    std::vector<pair_value> cells_;
    const std::map<int, std::string>& hosts_;
    bool is_time_;
    slow_pairs found_;
    std::map<std::string, std::set<int>> ranks_;  ///< that have a pair of this kind, by host
};

}  // namespace

std::string show_value(double value, bool is_time) {
    return is_time ? show_time(1 / value) : show_bandwidth(value) + " GB/s";
}

pair_words describe_pairs(std::span<const pair_value> cells,
                          const std::map<int, std::string>& hosts, bool is_time) {
    std::vector<pair_value> within;
    std::vector<pair_value> between;
    for (const pair_value& cell : cells) {
        (hosts.at(cell.from) == hosts.at(cell.to) ? within : between).push_back(cell);
    }
    const bool both = !within.empty() && !between.empty();
    pair_words words;
    if (!between.empty()) {
        kind_words(std::move(between), hosts, is_time).tell(both ? "between hosts: " : "", words);
    }
    if (!within.empty()) {
        kind_words(std::move(within), hosts, is_time).tell(both ? "within hosts: " : "", words);
    }
    return words;
}

}  // namespace railgauge
