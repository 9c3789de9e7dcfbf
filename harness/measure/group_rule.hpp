// Which groups of ranks measure a case, as a user writes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

enum class group_kind : std::uint8_t {
    world,       ///< all ranks together
    intra_host,  ///< a group for each host
    inter_host,  ///< a group for each local rank: that rank of every host
    pairs,       ///< every two ranks, in rounds of disjoint pairs
    host_pairs,  ///< every two hosts, the first rank of each
    ranks,       ///< the ranks that are named
};

/// Ranks `first` to `last`, both of them.
struct rank_range {
    int first = 0;
    int last = 0;

    friend bool operator==(const rank_range&, const rank_range&) = default;
};

/// Ascending and not overlapping.
using rank_set = std::vector<rank_range>;

struct group_rule {
    group_kind kind = group_kind::world;
    bool in_turn = false;        ///< its groups run one after the other, not all at once
    std::vector<rank_set> sets;  ///< of `ranks` only; no rank is in two

    friend bool operator==(const group_rule&, const group_rule&) = default;
};

/// Each rule multiplies the plan.
inline constexpr std::size_t most_group_rules = 64;

/// "world", "intra-host", "inter-host", "pairs", "host-pairs" or "ranks": with what the names of
/// its groups begin.
[[nodiscard]] std::string_view word_of(group_kind kind) noexcept;

/// "0-3,5"
[[nodiscard]] std::string to_text(const rank_set& set);

/// As parse_groups reads it: "ranks=0-3,5/6-7:turn".
[[nodiscard]] std::string to_text(const group_rule& rule);

/// Rules separated by commas or semicolons: a word, or "ranks=" and sets of ranks, which are
/// separated by "/" ("ranks=0-3,5/6-7"); ":turn" behind a rule runs its groups in turn. A rule that
/// stands twice is there once. Throws usage_error with what was expected and the nearest word.
[[nodiscard]] std::vector<group_rule> parse_groups(std::string_view text);

/// The highest rank that a rule names; -1 where it names none.
[[nodiscard]] int highest_rank(const group_rule& rule) noexcept;

[[nodiscard]] bool is_pairing(const group_rule& rule) noexcept;

}  // namespace railgauge
