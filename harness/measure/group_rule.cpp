#include "harness/measure/group_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/measure/words.hpp"

namespace railgauge {
namespace {

constexpr std::array<std::pair<group_kind, std::string_view>, 6> words{{
    {group_kind::world, "world"},
    {group_kind::intra_host, "intra-host"},
    {group_kind::inter_host, "inter-host"},
    {group_kind::pairs, "pairs"},
    {group_kind::host_pairs, "host-pairs"},
    {group_kind::ranks, "ranks"},
}};
constexpr std::string_view turn_suffix = ":turn";
constexpr std::string_view ranks_prefix = "ranks=";
constexpr int most_rank = 9'999'999;  // more digits are a slip of the finger

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find_first_of(separators);
        parts.push_back(without_blanks(text.substr(0, end)));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

int rank_of(std::string_view text, std::string_view whole) {
    int rank = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rank);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || rank < 0 ||
        rank > most_rank) {
        throw usage_error(fmt::format(
            "'{}' in '{}' is no rank: ranks are written as ranks=0-3,5, several groups of them as "
            "ranks=0-3/4-7",
            text, whole));
    }
    return rank;
}

rank_set set_of(std::string_view text, std::string_view whole) {
    rank_set set;
    for (const std::string_view part : split(text, ",")) {
        const auto dash = part.find('-');
        rank_range range;
        range.first = rank_of(without_blanks(part.substr(0, dash)), whole);
        range.last = dash == std::string_view::npos
                         ? range.first
                         : rank_of(without_blanks(part.substr(dash + 1)), whole);
        if (range.last < range.first) {
            throw usage_error(fmt::format("'{}' in '{}' ends before it begins: write {}-{}", part,
                                          whole, range.last, range.first));
        }
        set.push_back(range);
    }
    std::ranges::sort(set, {}, &rank_range::first);
    rank_set merged;
    for (const rank_range& range : set) {
        if (!merged.empty() && range.first <= merged.back().last + 1) {
            merged.back().last = std::max(merged.back().last, range.last);
        } else {
            merged.push_back(range);
        }
    }
    return merged;
}

// A rank in two groups could not be in both at once.
void refuse_shared_ranks(const std::vector<rank_set>& sets, std::string_view whole) {
    std::vector<rank_range> all;
    for (const rank_set& set : sets) all.insert(all.end(), set.begin(), set.end());
    std::ranges::sort(all, {}, &rank_range::first);
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (all[i].first <= all[i - 1].last) {
            throw usage_error(
                fmt::format("rank {} is in two groups of '{}'; write them as two "
                            "rules: ranks=...;ranks=...",
                            all[i].first, whole));
        }
    }
}

group_rule rule_of(std::string_view text) {
    const std::string_view whole = text;
    group_rule rule;
    if (text.ends_with(turn_suffix)) {
        rule.in_turn = true;
        text.remove_suffix(turn_suffix.size());
    }
    if (text.starts_with(ranks_prefix)) {
        rule.kind = group_kind::ranks;
        for (const std::string_view set : split(text.substr(ranks_prefix.size()), "/")) {
            rule.sets.push_back(set_of(set, whole));
        }
        refuse_shared_ranks(rule.sets, whole);
        return rule;
    }
    for (const auto& [kind, word] : words) {
        if (word != text || kind == group_kind::ranks) continue;
        rule.kind = kind;
        if (kind == group_kind::world && rule.in_turn) {
            throw usage_error(
                "'world:turn': the world is one group, there is nothing to take "
                "turns; leave ':turn' away");
        }
        return rule;
    }
    std::vector<std::string> known;
    for (const auto& [kind, word] : words) {
        known.emplace_back(kind == group_kind::ranks ? "ranks=LIST" : word);
    }
    throw usage_error(unknown_word("groups", text, known));
}

bool begins_with_digit(std::string_view text) {
    return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

}  // namespace

std::string_view word_of(group_kind kind) noexcept {
    for (const auto& [candidate, word] : words) {
        if (candidate == kind) return word;
    }
    return "unknown";
}

std::string to_text(const rank_set& set) {
    std::string text;
    for (const rank_range& range : set) {
        if (!text.empty()) text += ',';
        text += range.first == range.last ? std::to_string(range.first)
                                          : fmt::format("{}-{}", range.first, range.last);
    }
    return text;
}

std::string to_text(const group_rule& rule) {
    std::string text(word_of(rule.kind));
    char separator = '=';
    for (const rank_set& set : rule.sets) {
        text += separator + to_text(set);
        separator = '/';
    }
    if (rule.in_turn) text += turn_suffix;
    return text;
}

std::vector<group_rule> parse_groups(std::string_view text) {
    std::vector<std::string> parts;
    for (const std::string_view part : split(text, ";")) {
        bool in_list = false;
        for (const std::string_view piece : split(part, ",")) {
            // The comma of a list of ranks: what follows is a rank.
            if (in_list && begins_with_digit(piece)) {
                parts.back().append(",").append(piece);
            } else {
                parts.emplace_back(piece);
                in_list = piece.starts_with(ranks_prefix);
            }
        }
    }
    if (parts.size() > most_group_rules) {
        throw usage_error(fmt::format("more than {} rules of groups", most_group_rules));
    }
    std::vector<group_rule> rules;
    for (const std::string& part : parts) rules.push_back(rule_of(part));
    return without_repeats(rules);
}

int highest_rank(const group_rule& rule) noexcept {
    int highest = -1;
    for (const rank_set& set : rule.sets) {
        if (!set.empty()) highest = std::max(highest, set.back().last);
    }
    return highest;
}

bool is_pairing(const group_rule& rule) noexcept {
    return rule.kind == group_kind::pairs || rule.kind == group_kind::host_pairs;
}

}  // namespace railgauge
