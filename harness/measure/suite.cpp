#include "harness/measure/suite.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/measure/words.hpp"

namespace railgauge {
namespace {

// As the flags have it: longer is a mistyped number, not a measurement.
constexpr std::uint64_t most_repetitions = 1'000'000'000;

// Walks the TOML tree and turns it into a suite; knows the file's name for its errors.
class suite_parser {
public:
    explicit suite_parser(std::string file) : file_(std::move(file)) {}

    suite parse(const toml::table& root) {
        suite result;
        check_keys(root, {"suite", "case"});
        const toml::node* header = root.get("suite");
        if (header == nullptr) fail(root, "a table [suite] with a name is missing");
        read_header(table_of(*header, "suite"), result);
        const toml::node* cases = root.get("case");
        if (cases == nullptr || cases->as_array() == nullptr || cases->as_array()->empty()) {
            fail(cases != nullptr ? *cases : root, "at least one [[case]] is expected");
        }
        for (const toml::node& one : *cases->as_array()) {
            result.cases.push_back(read_case(table_of(one, "case")));
        }
        return result;
    }

private:
    using strings = std::vector<std::string>;

    [[noreturn]] void fail(const toml::node& where, const std::string& message) const {
        throw input_error(file_, where.source().begin.line, where.source().begin.column, message);
    }

    void check_keys(const toml::table& table, const strings& known) const {
        for (const auto& [key, value] : table) {
            if (std::ranges::find(known, key.str()) == known.end()) {
                throw input_error(file_, key.source().begin.line, key.source().begin.column,
                                  unknown_word("key", key.str(), known));
            }
        }
    }

    const toml::table& table_of(const toml::node& node, std::string_view name) const {
        if (!node.is_table()) fail(node, fmt::format("'{}' is expected to be a table", name));
        return *node.as_table();
    }

    std::string text_of(const toml::node& node, std::string_view key) const {
        if (const auto text = node.value_exact<std::string>()) return *text;
        fail(node, fmt::format("'{}' is expected to be text in quotes", key));
    }

    // A value, or an array of values, given to `use` one by one.
    void each(const toml::table& from, const char* key,
              const std::function<void(const toml::node&)>& use) const {
        const toml::node* node = from.get(key);
        if (node == nullptr) return;
        const toml::array* list = node->as_array();
        if (list == nullptr) return use(*node);
        if (list->empty()) fail(*node, fmt::format("'{}' is an empty list", key));
        for (const toml::node& item : *list) use(item);
    }

    // Errors of the parsers in base/ know no place: this adds it.
    template <typename Read>
    auto placed(const toml::node& node, const Read& read) const {
        try {
            return read();
        } catch (const usage_error& wrong) {
            fail(node, wrong.what());
        }
    }

    template <typename Value, typename From>
    void words(const toml::table& from, const char* key, const From& lookup, const strings& known,
               std::vector<Value>& into) const {
        std::vector<Value> found;
        each(from, key, [&](const toml::node& item) {
            const std::string word = text_of(item, key);
            if (word == "all" && known.size() > 2) {
                for (const std::string& name : known) found.push_back(*lookup(name));
                return;
            }
            const auto value = lookup(word);
            if (!value) fail(item, unknown_word(key, word, known));
            found.push_back(*value);
        });
        if (!found.empty()) into = without_repeats(found);
    }

    void read_header(const toml::table& from, suite& into) {
        check_keys(from, {"name", "description", "precision", "budget", "iterations", "warm_up"});
        if (const auto* node = from.get("name")) into.name = text_of(*node, "name");
        if (into.name.empty()) fail(from, "'name' is missing in [suite]");
        if (const auto* node = from.get("description")) {
            into.description = text_of(*node, "description");
        }
        read_stopping(from, defaults_);
    }

    std::uint64_t count_of(const toml::node& node, std::string_view key) const {
        const auto number = node.value_exact<std::int64_t>();
        if (!number || *number < 0) {
            fail(node, fmt::format("'{}' is expected to be a whole number, 0 or more", key));
        }
        return static_cast<std::uint64_t>(*number);
    }

    std::uint64_t repetitions_of(const toml::node& node, std::string_view key) const {
        const std::uint64_t count = count_of(node, key);
        if (count > most_repetitions) {
            fail(node, fmt::format("'{}' is at most {}", key, most_repetitions));
        }
        return count;
    }

    void read_stopping(const toml::table& from, stopping& into) const {
        if (const auto* node = from.get("precision")) {
            into.precision =
                placed(*node, [&] { return parse_share(text_of(*node, "precision")); });
        }
        if (const auto* node = from.get("budget")) {
            const auto time =
                placed(*node, [&] { return parse_duration(text_of(*node, "budget")); });
            into.budget_s = std::chrono::duration<double>(time).count();
            if (into.budget_s <= 0) fail(*node, "'budget' is expected to be more than 0");
        }
        if (const auto* node = from.get("iterations")) {
            into.iterations = repetitions_of(*node, "iterations");
        }
        if (const auto* node = from.get("warm_up")) into.warm_up = repetitions_of(*node, "warm_up");
    }

    suite_case read_case(const toml::table& from) const {
        check_keys(from,
                   {"op",           "backend",  "algorithm",   "bytes",     "dtype",     "redop",
                    "root",         "in_place", "timing",      "window",    "memory",    "graph",
                    "registration", "streams",  "groups",      "rounds",    "precision", "budget",
                    "iterations",   "warm_up",  "host_memory", "host_numa", "load"});
        suite_case result;
        result.stop = defaults_;
        read_stopping(from, result.stop);
        words(from, "op", operation_kind_from, names(all_operation_kinds), result.operations);
        if (result.operations.empty()) fail(from, "'op' is missing in [[case]]");
        each(from, "backend",
             [&](const toml::node& item) { result.backends.push_back(text_of(item, "backend")); });
        each(from, "algorithm", [&](const toml::node& item) {
            result.algorithms.push_back(text_of(item, "algorithm"));
        });
        words(from, "dtype", dtype_from, names(all_dtypes), result.types);
        words(from, "redop", redop_from, names(all_redops), result.redops);
        words(from, "timing", timing_from, {"isolated", "streamed"}, result.timings);
        read_sizes(from, result);
        read_roots_and_places(from, result);
        words(from, "memory", memory_kind_from, names(all_memory_kinds), result.memories);
        read_manners(from, result);
        result.windows = numbers(from, "window", most_window, result.windows);
        read_groups(from, result);
        return result;
    }

    // Whole numbers from `least` to `most`; `otherwise` where the key is not there.
    std::vector<int> numbers(const toml::table& from, const char* key, int most,
                             const std::vector<int>& otherwise, int least = 1) const {
        std::vector<int> found;
        each(from, key, [&](const toml::node& item) {
            const std::uint64_t number = count_of(item, key);
            if (number < static_cast<std::uint64_t>(least) ||
                number > static_cast<std::uint64_t>(most)) {
                fail(item, fmt::format("'{}' is expected to be {} to {}", key, least, most));
            }
            found.push_back(static_cast<int>(number));
        });
        return found.empty() ? otherwise : without_repeats(found);
    }

    std::vector<bool> truths(const toml::table& from, const char* key,
                             const std::vector<bool>& otherwise) const {
        std::vector<bool> found;
        each(from, key, [&](const toml::node& item) {
            const auto value = item.value_exact<bool>();
            if (!value) {
                fail(item,
                     fmt::format("'{}' is expected to be true or false, or a list of them", key));
            }
            found.push_back(*value);
        });
        return found.empty() ? otherwise : without_repeats(found);
    }

    // How a device's library is to execute.
    void read_manners(const toml::table& from, suite_case& into) const {
        into.graphs = truths(from, "graph", into.graphs);
        words(from, "registration", registration_kind_from, names(all_registration_kinds),
              into.registrations);
        into.streams = numbers(from, "streams", most_streams, into.streams);
        words(from, "host_memory", host_memory_kind_from, names(all_host_memory_kinds),
              into.host_memories);
        std::vector<int> nodes;
        each(from, "host_numa", [&](const toml::node& item) {
            nodes.push_back(placed(item, [&] {
                const auto number = item.value_exact<std::int64_t>();
                return host_numa_from(number ? std::to_string(*number)
                                             : text_of(item, "host_numa"));
            }));
        });
        if (!nodes.empty()) into.host_numas = without_repeats(nodes);
        into.loads = numbers(from, "load", most_load_processors, into.loads, 0);
    }

    void read_groups(const toml::table& from, suite_case& into) const {
        std::vector<group_rule> groups;
        each(from, "groups", [&](const toml::node& item) {
            const auto rules = placed(item, [&] { return parse_groups(text_of(item, "groups")); });
            groups.insert(groups.end(), rules.begin(), rules.end());
            if (groups.size() > most_group_rules) {
                fail(item, fmt::format("more than {} rules of groups", most_group_rules));
            }
        });
        if (!groups.empty()) into.groups = without_repeats(groups);
        if (const auto* node = from.get("rounds")) {
            const std::uint64_t rounds = repetitions_of(*node, "rounds");
            if (rounds == 0) fail(*node, "'rounds' is expected to be 1 or more");
            into.rounds = static_cast<int>(rounds);
        }
    }

    void read_sizes(const toml::table& from, suite_case& into) const {
        each(from, "bytes", [&](const toml::node& item) {
            if (item.is_integer()) {
                into.bytes.push_back(count_of(item, "bytes"));
            } else {
                const auto sizes =
                    placed(item, [&] { return parse_sizes(text_of(item, "bytes")); });
                into.bytes.insert(into.bytes.end(), sizes.begin(), sizes.end());
            }
            if (into.bytes.size() > most_sizes) {
                fail(item, fmt::format("more than {} sizes; take a larger step", most_sizes));
            }
        });
        if (into.bytes.empty() && std::ranges::any_of(into.operations, has_size))
            fail(from, "'bytes' is missing in [[case]]");
    }

    void read_roots_and_places(const toml::table& from, suite_case& into) const {
        std::vector<int> roots;
        each(from, "root", [&](const toml::node& item) {
            const std::uint64_t root = count_of(item, "root");
            if (root > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
                fail(item, "'root' is larger than any rank");
            }
            roots.push_back(static_cast<int>(root));
        });
        if (!roots.empty()) into.roots = without_repeats(roots);
        into.in_place = truths(from, "in_place", into.in_place);
    }

    static std::optional<timing_kind> timing_from(std::string_view name) {
        if (name == "isolated") return timing_kind::isolated;
        if (name == "streamed") return timing_kind::streamed;
        return std::nullopt;
    }

    template <typename List>
    static strings names(const List& values) {
        strings result;
        for (const auto value : values) result.emplace_back(name_of(value));
        return result;
    }

    std::string file_;
    stopping defaults_;
};

}  // namespace

std::string_view name_of(timing_kind timing) noexcept {
    return timing == timing_kind::isolated ? "isolated" : "streamed";
}

int host_numa_from(std::string_view text) {
    if (text == "local") return local_numa;
    int node = -1;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), node);
    if (wrong != std::errc{} || end != text.data() + text.size() || node < 0 ||
        node >= most_numa_nodes) {
        throw usage_error(fmt::format("'{}' is no NUMA node: expected local, or a number below {}",
                                      text, most_numa_nodes));
    }
    return node;
}

suite parse_suite(std::string_view text, const std::string& file) {
    try {
        return suite_parser(file).parse(toml::parse(text, file));
    } catch (const toml::parse_error& wrong) {
        throw input_error(file, wrong.source().begin.line, wrong.source().begin.column,
                          std::string(wrong.description()));
    }
}

}  // namespace railgauge
