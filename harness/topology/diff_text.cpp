#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/base/rates.hpp"
#include "harness/base/units.hpp"
#include "harness/topology/bound.hpp"
#include "harness/topology/tier_list.hpp"

namespace railgauge {
namespace {

constexpr double compared_bytes = 1 << 30;

void note(std::string& words, const char* what, const std::string& a, const std::string& b) {
    if (a != b) words += fmt::format("{}{} {} -> {}", words.empty() ? "" : ", ", what, a, b);
}

std::string yes_or_no(bool value) {
    return value ? "yes" : "no";
}

std::string rate_or_none(double gbps) {
    return gbps > 0 ? format_rate(gbps) : "none";
}

std::string differences(const listed_tier& a, const listed_tier& b) {
    std::string words;
    note(words, "members", a.members, b.members);
    note(words, "groups", fmt::format("{:.0f}", a.groups), fmt::format("{:.0f}", b.groups));
    note(words, "medium", std::string(name_of(a.at->medium)), std::string(name_of(b.at->medium)));
    note(words, "rate a member", rate_or_none(a.at->member_gbps), rate_or_none(b.at->member_gbps));
    note(words, "ports", fmt::format("{}", a.at->ports), fmt::format("{}", b.at->ports));
    note(words, "planes", fmt::format("{}", a.at->planes), fmt::format("{}", b.at->planes));
    note(words, "switches", fmt::format("{}", a.at->switches), fmt::format("{}", b.at->switches));
    note(words, "up", rate_or_none(a.at->up_gbps), rate_or_none(b.at->up_gbps));
    note(words, "oversubscription", fmt::format("{:.3g}", a.at->oversubscription),
         fmt::format("{:.3g}", b.at->oversubscription));
    note(words, "routing", std::string(name_of(a.at->routing)),
         std::string(name_of(b.at->routing)));
    note(words, "latency", format_duration_us(a.at->latency_us),
         format_duration_us(b.at->latency_us));
    note(words, "reduces", yes_or_no(a.at->reduces), yes_or_no(b.at->reduces));
    return words;
}

// Pairs tiers from the inside, where clusters are most alike, kind by kind.
std::map<std::string, std::vector<const listed_tier*>> by_kind(
    const std::vector<listed_tier>& tiers) {
    std::map<std::string, std::vector<const listed_tier*>> kinds;
    for (const listed_tier& one : tiers) {
        const std::size_t slash = one.path.rfind('/');
        kinds[slash == std::string::npos ? "" : one.path.substr(0, slash + 1)].push_back(&one);
    }
    for (auto& [kind, list] : kinds) std::ranges::reverse(list);
    return kinds;
}

std::string bound_words(const operation_bound& found) {
    const time_bound* least = found.floor();
    if (least == nullptr) return "none";
    return fmt::format("{} ({})", format_duration_us(least->time_us), least->tier);
}

std::string bound_differences(const topology& a, const topology& b) {
    const std::int64_t ranks = std::min(a.root().gpus, b.root().gpus);
    const auto natural = parse_placement("natural", a, ranks);
    const auto used_a = occupy(a, natural);
    const auto used_b = occupy(b, natural);
    std::string text;
    for (const auto kind : {operation_kind::all_reduce, operation_kind::all_gather,
                            operation_kind::all_to_all, operation_kind::broadcast}) {
        const bound_request asked{kind, compared_bytes, 0};
        const auto in_a = bound_of(a, natural, used_a, asked);
        const auto in_b = bound_of(b, natural, used_b, asked);
        if (bound_words(in_a) == bound_words(in_b)) continue;
        text += fmt::format("bound of {} 1 GiB on {} ranks: {} -> {}", name_of(kind), ranks,
                            bound_words(in_a), bound_words(in_b));
        if (in_a.floor() != nullptr && in_b.floor() != nullptr) {
            text += fmt::format(", x {:.3g}", in_b.floor()->time_us / in_a.floor()->time_us);
        }
        text += "\n";
    }
    return text;
}

}  // namespace

std::string diff_text(const topology& a, const topology& b) {
    std::string text;
    if (a.root().gpus != b.root().gpus) {
        text += fmt::format("{}s {} -> {}\n", a.unit, a.root().gpus, b.root().gpus);
    }
    const auto tiers_a = list_tiers(a);
    const auto tiers_b = list_tiers(b);
    const auto kinds_a = by_kind(tiers_a);
    const auto kinds_b = by_kind(tiers_b);
    for (const auto& [kind, list] : kinds_a) {
        const auto other = kinds_b.find(kind);
        const std::size_t there = other == kinds_b.end() ? 0 : other->second.size();
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (i >= there) {
                text += fmt::format("{}: only in {}\n", list[i]->path, a.name);
                continue;
            }
            const listed_tier& second = *other->second[i];
            std::string words = differences(*list[i], second);
            const std::string name =
                list[i]->path == second.path ? second.path : list[i]->path + " -> " + second.path;
            if (!words.empty()) text += fmt::format("{}: {}\n", name, words);
        }
    }
    for (const auto& [kind, list] : kinds_b) {
        const auto other = kinds_a.find(kind);
        const std::size_t there = other == kinds_a.end() ? 0 : other->second.size();
        for (std::size_t i = there; i < list.size(); ++i) {
            text += fmt::format("{}: only in {}\n", list[i]->path, b.name);
        }
    }
    return text + bound_differences(a, b);
}

}  // namespace railgauge
