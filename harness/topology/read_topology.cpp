#include "harness/topology/read_topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/topology/part_reader.hpp"
#include "harness/topology/tier_reader.hpp"
#include "harness/topology/toml_walk.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_stacks = 1000;
// Kinds in kinds are walked through everywhere: no cluster that anyone wires comes near these.
constexpr int most_depth = 20;
constexpr std::int64_t most_visits = 100'000;

// Reads kinds in the order in which they are needed, so that rates and counts are known.
class topology_reader {
public:
    explicit topology_reader(const std::string& file)
        : walk_(file), parts_(walk_), tiers_(walk_, parts_, made_) {}

    topology read(const toml::table& root) {
        walk_.check_keys(root, {"topology", "sources", "gpu", "nic", "node", "stack", "tier"},
                         "a topology file");
        const toml::table& head =
            walk_.table_of(walk_.needed(root, "topology", "the file"), "topology");
        walk_.check_keys(head, {"name", "description", "gpus", "node", "contains"}, "[topology]");
        made_.name = walk_.text_of(walk_.needed(head, "name", "[topology]"), "name");
        if (const toml::node* words = head.get("description")) {
            made_.description = walk_.text_of(*words, "description");
        }
        parts_.read(root, made_);
        collect(root);
        const toml::node& expected = walk_.needed(head, "gpus", "[topology]");
        read_stack(head, root, made_.name, "[topology]");
        check_ends(head, expected);
        for (const auto& [name, entry] : kinds_) {
            if (entry.index) continue;
            walk_.fail(*entry.from, fmt::format("nothing contains the stack '{}'", name));
        }
        return std::move(made_);
    }

private:
    struct kind {
        const toml::table* from = nullptr;
        bool open = false;  ///< being read: who asks for it now is inside it
        std::optional<std::size_t> index;
    };

    void collect(const toml::table& root) {
        const toml::node* list = root.get("stack");
        if (list == nullptr) return;
        if (list->as_array() == nullptr) walk_.fail(*list, "[[stack]] is expected, not [stack]");
        for (const toml::node& one : *list->as_array()) {
            const toml::table& from = walk_.table_of(one, "stack");
            walk_.check_keys(from, {"name", "gpus", "node", "contains", "tier"}, "[[stack]]");
            const toml::node& name = walk_.needed(from, "name", "[[stack]]");
            const std::string word = walk_.text_of(name, "name");
            if (!kinds_.emplace(word, kind{&from, false, std::nullopt}).second) {
                walk_.fail(name, fmt::format("two stacks are called '{}'", word));
            }
        }
        if (kinds_.size() > most_stacks) {
            walk_.fail(*list, fmt::format("more than {} stacks", most_stacks));
        }
    }

    /// `head` has name, node or contains; `body` the tiers.
    std::size_t read_stack(const toml::table& head, const toml::table& body,
                           const std::string& name, const std::string& place) {
        stack result;
        result.name = name;
        open_visits_ = 1;
        const toml::node* node = head.get("node");
        const toml::node* contains = head.get("contains");
        if ((node == nullptr) == (contains == nullptr)) {
            walk_.fail(head, fmt::format("one of 'node' and 'contains' is expected in {}", place));
        }
        if (node != nullptr) {
            read_node(*node, result);
        } else {
            read_contents(*contains, result);
        }
        const std::int64_t visits = open_visits_;
        tiers_.read(walk_.needed(body, "tier", place), result);
        if (node != nullptr && result.gpus % result.gpus_per_host != 0) {
            walk_.fail(*node, fmt::format("a host of '{}' has {} GPUs, and all tiers of '{}' "
                                          "together have {}: a host has to fit in",
                                          result.node, result.gpus_per_host, name, result.gpus));
        }
        if (const toml::node* gpus = head.get("gpus")) {
            const std::int64_t expected = walk_.count_of(*gpus, "gpus");
            if (expected != result.gpus) {
                walk_.fail(*gpus, fmt::format("'gpus' says {}, but the tiers of '{}' multiply out "
                                              "to {}",
                                              expected, name, result.gpus));
            }
        }
        made_.stacks.push_back(std::move(result));
        visits_.push_back(visits);
        return made_.stacks.size() - 1;
    }

    void read_node(const toml::node& from, stack& into) {
        into.node = walk_.text_of(from, "node");
        const auto part = made_.nodes.find(into.node);
        if (part == made_.nodes.end()) {
            toml_walk::strings known;
            for (const auto& [name, each] : made_.nodes) known.push_back(name);
            walk_.unknown(from, "node", into.node, known);
        }
        into.gpus_per_host = part->second.gpus;
        if (part->second.gpu.empty()) made_.unit = "rank";
    }

    void read_contents(const toml::node& from, stack& into) {
        into.gpus_per_host = 0;
        const toml::array* list = from.as_array();
        if (list == nullptr || list->empty()) {
            walk_.fail(from, "'contains' is expected to be a list of { stack = ..., count = ... }");
        }
        std::int64_t visits = 1;
        for (const toml::node& item : *list) {
            const toml::table& part = walk_.table_of(item, "contains");
            walk_.check_keys(part, {"stack", "count"}, "'contains'");
            const toml::node& name = walk_.needed(part, "stack", "'contains'");
            const std::int64_t count =
                walk_.count_of(walk_.needed(part, "count", "'contains'"), "count");
            const std::size_t index = kind_of(name, walk_.text_of(name, "stack"));

            if (static_cast<double>(made_.stacks[index].gpus) * static_cast<double>(count) >
                static_cast<double>(most_of_anything)) {
                walk_.fail(item, fmt::format("more than {} GPUs", most_of_anything));
            }
            if (std::ranges::find(into.contains, index, &contained::stack) != into.contains.end()) {
                walk_.fail(item, "a stack is listed twice: add the counts");
            }
            into.contains.push_back({index, count, 0});
            visits += visits_[index];
        }
        if (visits > most_visits) walk_.fail(from, "kinds contain each other too many times over");
        open_visits_ = visits;
    }

    std::size_t kind_of(const toml::node& where, const std::string& name) {
        const auto found = kinds_.find(name);
        if (found == kinds_.end()) {
            toml_walk::strings known;
            for (const auto& [each, ignored] : kinds_) known.push_back(each);
            walk_.unknown(where, "stack", name, known);
        }
        kind& entry = found->second;
        if (entry.index) return *entry.index;
        if (entry.open) walk_.fail(where, fmt::format("the stack '{}' contains itself", name));
        entry.open = true;
        if (++depth_ > most_depth) {
            walk_.fail(where, fmt::format("kinds contain kinds more than {} deep", most_depth));
        }
        entry.index = read_stack(*entry.from, *entry.from, name, fmt::format("stack '{}'", name));
        --depth_;
        return *entry.index;
    }

    void check_ends(const toml::table& head, const toml::node& expected) const {
        const stack& root = made_.root();
        if (root.gpus > most_of_anything) walk_.fail(expected, "too many GPUs");
        if (root.tiers.back().up_gbps > 0) {
            walk_.fail(head, fmt::format("tier '{}' is the outermost: its uplinks lead nowhere",
                                         root.tiers.back().name));
        }
    }

    toml_walk walk_;
    part_reader parts_;
    topology made_;
    tier_reader tiers_;
    std::map<std::string, kind> kinds_;
    std::vector<std::int64_t> visits_;  ///< of each stack made: what walking it whole costs
    std::int64_t open_visits_ = 1;
    int depth_ = 0;
};

// 64 bits of FNV-1a as 16 hexadecimal digits, as results files have their hashes.
std::string hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return fmt::format("{:016x}", hash);
}

}  // namespace

topology parse_topology(std::string_view text, const std::string& file) {
    try {
        topology made = topology_reader(file).read(toml::parse(text, file));
        made.hash = hash_of(text);
        return made;
    } catch (const toml::parse_error& wrong) {
        throw input_error(file, wrong.source().begin.line, wrong.source().begin.column,
                          std::string(wrong.description()));
    }
}

bool looks_like_topology(std::string_view text) {
    try {
        return toml::parse(text).contains("topology");
    } catch (const toml::parse_error&) {
        return text.starts_with("[topology]") || text.find("\n[topology]") != text.npos;
    }
}

}  // namespace railgauge
