// Which ranks measure together in which round of a point. Every rank finds its own place in O(1),
// so that nobody holds a table of all groups.
#pragma once

#include <optional>
#include <string>

#include "harness/launch/world.hpp"
#include "harness/measure/group_rule.hpp"

namespace railgauge {

/// Where a rank sits in the job.
struct rank_seat {
    int rank = 0;
    int size = 1;
    int host = 0;
    int hosts = 1;
    int local_rank = 0;
    int most_local_ranks = 1;  ///< on any host
};

/// Collective: this rank's seat.
[[nodiscard]] rank_seat seat_in(world& job);

/// A rank's place in a round: what world::split takes.
struct group_seat {
    int color = 0;
    int key = 0;
};

class group_layout {
public:
    /// `directions`: 2 where each pair is measured one way and then the other, else 1.
    /// `most_rounds`: rounds of pairings to measure, evenly chosen among all; 0: all.
    group_layout(const group_rule& rule, const rank_seat& me, int directions, int most_rounds);

    /// How many rounds measure all groups; 0 where there is no group (`absence` says why).
    [[nodiscard]] int rounds() const noexcept { return rounds_; }
    [[nodiscard]] const std::string& absence() const noexcept { return absence_; }

    /// At most so many groups measure in one round.
    [[nodiscard]] int groups_at_once() const noexcept;

    /// Nothing where this rank is in no group of this round.
    [[nodiscard]] std::optional<group_seat> seat(int round) const noexcept;

    /// What stands behind the rule's word in the name of this rank's group: the host, the local
    /// rank, the set. Of a pairing, nothing: its ranks are known to each other only.
    [[nodiscard]] std::string label(const group_seat& at, const std::string& host_name) const;

private:
    [[nodiscard]] std::optional<group_seat> place_in_sets() const noexcept;
    [[nodiscard]] std::optional<group_seat> place_in_pairs(int round) const noexcept;
    [[nodiscard]] int groups() const noexcept;

    group_rule rule_;
    rank_seat me_;
    int directions_;
    int players_ = 0;         ///< of a pairing
    int pairing_rounds_ = 0;  ///< of them all
    int chosen_rounds_ = 0;   ///< of them, measured
    int rounds_ = 0;
    std::string absence_;
};

}  // namespace railgauge
