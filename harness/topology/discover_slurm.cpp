// Slurm's topology.conf: "SwitchName=s0 Nodes=n[0-15]" and "SwitchName=top Switches=s[0-1]".

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <set>

#include "harness/base/error.hpp"
#include "harness/base/rates.hpp"
#include "harness/topology/found_fabric.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_names = 1'000'000;
constexpr int most_levels = 16;

struct written_switch {
    std::string name;
    std::uint64_t line = 0;
    std::vector<std::string> nodes;
    std::vector<std::string> switches;
    bool open = false;
    bool used = false;
};

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

class conf_reader {
public:
    conf_reader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

    std::map<std::string, written_switch> read() {
        std::string joined;
        std::uint64_t first = 0;
        std::uint64_t number = 0;
        while (!text_.empty()) {
            ++number;
            std::string_view line = text_.substr(0, text_.find('\n'));
            text_.remove_prefix(std::min(text_.size(), line.size() + 1));
            line = line.substr(0, line.find('#'));
            while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) {
                line.remove_suffix(1);
            }
            if (joined.empty()) first = number;
            const bool goes_on = line.ends_with('\\');
            if (goes_on) line.remove_suffix(1);
            joined += line;
            if (goes_on) continue;
            take(joined, first);
            joined.clear();
        }
        take(joined, first);
        return std::move(found_);
    }

private:
    [[noreturn]] void fail(std::uint64_t line, const std::string& message) const {
        throw input_error(file_, line, 1, message);
    }

    void take(std::string_view line, std::uint64_t number) {
        written_switch one;
        one.line = number;
        bool any = false;
        while (true) {
            const auto start = line.find_first_not_of(" \t\r");
            if (start == std::string_view::npos) break;
            line.remove_prefix(start);
            const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
            line.remove_prefix(word.size());
            const auto equals = word.find('=');
            if (equals == std::string_view::npos) {
                fail(number,
                     fmt::format("'{}' is no Key=value of topology.conf", word.substr(0, 40)));
            }
            any = true;
            const std::string_view key = word.substr(0, equals);
            const std::string_view value = word.substr(equals + 1);
            if (same_word(key, "SwitchName")) one.name = value;
            if (same_word(key, "Nodes")) one.nodes = names_in(value, number);
            if (same_word(key, "Switches")) one.switches = names_in(value, number);
        }
        if (!any) return;
        if (one.name.empty()) fail(number, "a line without SwitchName; only topology/tree is read");
        if (one.nodes.empty() == one.switches.empty()) {
            fail(number, fmt::format("switch '{}' has to have Nodes or Switches", one.name));
        }
        const std::string name = one.name;
        if (!found_.emplace(name, std::move(one)).second) {
            fail(number, fmt::format("two switches are called '{}'", name));
        }
    }

    // "a,b[1-3,07]" as names.
    std::vector<std::string> names_in(std::string_view list, std::uint64_t line) {
        std::vector<std::string> names;
        while (!list.empty()) {
            std::size_t end = 0;
            for (int depth = 0; end < list.size() && (depth > 0 || list[end] != ','); ++end) {
                depth += list[end] == '[' ? 1 : list[end] == ']' ? -1 : 0;
            }
            expand(list.substr(0, end), line, names);
            list.remove_prefix(std::min(list.size(), end + 1));
        }
        return names;
    }

    void expand(std::string_view item, std::uint64_t line, std::vector<std::string>& into) {
        const auto open = item.find('[');
        if (open == std::string_view::npos) return add(std::string(item), line, into);
        const auto close = item.find(']', open);
        if (close == std::string_view::npos || item.find('[', close) != std::string_view::npos) {
            fail(line,
                 fmt::format("'{}' has a bracket too few, or two ranges", item.substr(0, 60)));
        }
        std::string_view ranges = item.substr(open + 1, close - open - 1);
        while (!ranges.empty()) {
            const std::string_view range = ranges.substr(0, ranges.find(','));
            ranges.remove_prefix(std::min(ranges.size(), range.size() + 1));
            const auto dash = range.find('-');
            const std::string_view low = range.substr(0, dash);
            const std::string_view high = dash == range.npos ? low : range.substr(dash + 1);
            const auto first = number_of(low, line);
            const auto last = number_of(high, line);
            if (last < first || last - first >= most_names) {
                fail(line, fmt::format("'{}' is no range of hosts", range.substr(0, 60)));
            }
            for (auto each = first; each <= last; ++each) {
                add(fmt::format("{}{:0{}}{}", item.substr(0, open), each, low.size(),
                                item.substr(close + 1)),
                    line, into);
            }
        }
    }

    void add(std::string name, std::uint64_t line, std::vector<std::string>& into) {
        if (++names_ > most_names) fail(line, fmt::format("more than {} names", most_names));
        into.push_back(std::move(name));
    }

    std::uint64_t number_of(std::string_view text, std::uint64_t line) const {
        std::uint64_t number = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (fault != std::errc{} || end != text.data() + text.size() || text.size() > 12) {
            fail(line, fmt::format("'{}' is no number of a host", text.substr(0, 40)));
        }
        return number;
    }

    std::string_view text_;
    std::string file_;
    std::map<std::string, written_switch> found_;
    std::size_t names_ = 0;
};

class tree_reader {
public:
    tree_reader(std::map<std::string, written_switch>& all, const std::string& file,
                const fabric_facts& facts)
        : all_(all), file_(file), facts_(facts) {}

    found_group read(const std::string& name, std::uint64_t line) {
        const auto found = all_.find(name);
        if (found == all_.end()) fail(line, fmt::format("no switch is called '{}'", name));
        written_switch& one = found->second;
        if (one.open) fail(one.line, fmt::format("switch '{}' is below itself", name));
        if (one.used) fail(line, fmt::format("switch '{}' is below two others", name));
        one.open = one.used = true;
        if (++depth_ > most_levels) {
            fail(one.line, fmt::format("more than {} levels of switches", most_levels));
        }
        found_group group;
        group.ports = facts_.nics;
        group.port_gbps = parse_rate_gbps(facts_.port);
        group.hosts = static_cast<std::int64_t>(one.nodes.size());
        for (const std::string& node : one.nodes) {
            if (!nodes_.insert(node).second) {
                fail(one.line, fmt::format("node '{}' is below two switches", node));
            }
        }
        for (const std::string& below : one.switches) {
            ++group.contains[fabric_.kind_of(read(below, one.line))];
        }
        one.open = false;
        --depth_;
        return group;
    }

    found_fabric whole() {
        std::set<std::string> below;
        for (const auto& [name, one] : all_) below.insert(one.switches.begin(), one.switches.end());
        std::vector<std::string> tops;
        for (const auto& [name, one] : all_) {
            if (!below.contains(name)) tops.push_back(name);
        }
        if (tops.size() != 1) {
            fail(1, tops.empty()
                        ? "every switch is below another: the tree has no top"
                        : fmt::format("switches '{}' and '{}' are not joined", tops[0], tops[1]));
        }
        found_group top = read(tops.front(), 1);
        fabric_.kinds.push_back(std::move(top));
        return std::move(fabric_);
    }

private:
    [[noreturn]] void fail(std::uint64_t line, const std::string& message) const {
        throw input_error(file_, line, 1, message);
    }

    std::map<std::string, written_switch>& all_;
    std::string file_;
    const fabric_facts& facts_;
    found_fabric fabric_;
    std::set<std::string> nodes_;
    int depth_ = 0;
};

}  // namespace

std::string topology_from_slurm(std::string_view text, const std::string& file,
                                const fabric_facts& facts, std::vector<std::string>& notes) {
    if (facts.port.empty()) {
        throw usage_error(
            "topology.conf has no rates: say what a node's port carries, as in --port 400Gb/s");
    }
    auto switches = conf_reader(text, file).read();
    if (switches.empty()) throw input_error(file, 1, 1, "no SwitchName is in this topology.conf");
    const found_fabric fabric = tree_reader(switches, file, facts).whole();
    notes.emplace_back(
        "topology.conf has no uplinks: as much leaves each switch as comes in, which "
        "is assumed");
    return topology_text(fabric, facts, "infiniband", "Slurm's topology.conf");
}

}  // namespace railgauge
