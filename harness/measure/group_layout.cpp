#include "harness/measure/group_layout.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "harness/measure/round_robin.hpp"

namespace railgauge {

rank_seat seat_in(world& job) {
    std::array<double, 1> most{static_cast<double>(job.local_size())};
    std::array<std::int32_t, 1> owner{};
    job.reduce_max(most, owner);
    broadcast_value(job, most);
    return {job.rank(),  job.size(),       job.host(),
            job.hosts(), job.local_rank(), static_cast<int>(most[0])};
}

group_layout::group_layout(const group_rule& rule, const rank_seat& me, int directions,
                           int most_rounds)
    : rule_(rule), me_(me), directions_(is_pairing(rule) ? directions : 1) {
    if (me.hosts < 2 &&
        (rule.kind == group_kind::inter_host || rule.kind == group_kind::host_pairs)) {
        absence_ = "all ranks are on one host";
        return;
    }
    if (!is_pairing(rule)) {
        rounds_ = rule.in_turn ? groups() : 1;
        return;
    }
    players_ = rule.kind == group_kind::pairs ? me.size : me.hosts;
    pairing_rounds_ = round_robin_rounds(players_);
    if (pairing_rounds_ == 0) absence_ = "there is one rank only";
    chosen_rounds_ = most_rounds > 0 ? std::min(most_rounds, pairing_rounds_) : pairing_rounds_;
    rounds_ = chosen_rounds_ * directions_ * (rule.in_turn ? groups() : 1);
}

int group_layout::groups() const noexcept {
    switch (rule_.kind) {
        case group_kind::world: return 1;
        case group_kind::intra_host: return me_.hosts;
        case group_kind::inter_host: return me_.most_local_ranks;
        case group_kind::ranks: return static_cast<int>(rule_.sets.size());
        case group_kind::pairs:
        case group_kind::host_pairs: return round_robin_pairs(players_);
    }
    return 1;
}

int group_layout::groups_at_once() const noexcept {
    return rule_.in_turn ? 1 : groups();
}

std::optional<group_seat> group_layout::place_in_sets() const noexcept {
    for (std::size_t set = 0; set < rule_.sets.size(); ++set) {
        for (const rank_range& range : rule_.sets[set]) {
            if (me_.rank >= range.first && me_.rank <= range.last) {
                return group_seat{static_cast<int>(set), me_.rank};
            }
        }
    }
    return std::nullopt;
}

// The direction changes fastest, so that both of a pair are measured close to each other in time.
std::optional<group_seat> group_layout::place_in_pairs(int round) const noexcept {
    const bool by_host = rule_.kind == group_kind::host_pairs;
    if (by_host && me_.local_rank != 0) return std::nullopt;
    const int player = by_host ? me_.host : me_.rank;
    const bool backwards = round % directions_ != 0;
    round /= directions_;
    const int slots = groups();
    const int slot = rule_.in_turn ? round % slots : -1;
    if (rule_.in_turn) round /= slots;
    const auto chosen = static_cast<int>(static_cast<std::int64_t>(round) * pairing_rounds_ /
                                         std::max(chosen_rounds_, 1));
    const auto partner = round_robin_partner(players_, chosen, player);
    if (!partner) return std::nullopt;
    const int lower = std::min(player, *partner);
    if (slot >= 0 && round_robin_pair(players_, chosen, slot).first != lower) return std::nullopt;
    return group_seat{lower, backwards ? -player : player};
}

std::optional<group_seat> group_layout::seat(int round) const noexcept {
    std::optional<group_seat> place;
    switch (rule_.kind) {
        case group_kind::world: return group_seat{0, me_.rank};
        case group_kind::pairs:
        case group_kind::host_pairs: return place_in_pairs(round);
        case group_kind::intra_host: place = group_seat{me_.host, me_.rank}; break;
        case group_kind::inter_host: place = group_seat{me_.local_rank, me_.rank}; break;
        case group_kind::ranks: place = place_in_sets(); break;
    }
    if (place && rule_.in_turn && place->color != round) return std::nullopt;
    return place;
}

std::string group_layout::label(const group_seat& at, const std::string& host_name) const {
    switch (rule_.kind) {
        case group_kind::intra_host: return host_name;
        case group_kind::inter_host: return std::to_string(at.color);
        case group_kind::ranks: return to_text(rule_.sets[static_cast<std::size_t>(at.color)]);
        default: return {};
    }
}

}  // namespace railgauge
