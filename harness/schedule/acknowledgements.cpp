#include "harness/schedule/acknowledgements.hpp"

#include <utility>

namespace railgauge {
namespace {

// When a message belongs, comparable across ranks: its round and iteration.
using moment = std::pair<std::int64_t, std::int64_t>;
constexpr moment never{-1, -1};

}  // namespace

acknowledgements acknowledgements_of(const schedule& plan, std::int64_t rank) {
    struct contact {
        moment sent = never;
        moment received = never;
        moment offered = never;  ///< sent without `put`: the peer reads here
        moment pulled = never;   ///< received without `put`: read there
    };
    std::vector<contact> contacts(static_cast<std::size_t>(plan.ranks));
    for (const message& one : messages_of(plan, rank)) {
        if (one.way == message::direction::local) continue;
        const moment now{one.round, one.iteration};
        contact& with = contacts[static_cast<std::size_t>(one.peer)];
        const bool sends = one.way == message::direction::send;
        (sends ? with.sent : with.received) = now;
        if (one.put || plan.rounds[static_cast<std::size_t>(one.round)].moves.empty()) continue;
        (sends ? with.offered : with.pulled) = now;
    }
    acknowledgements result;
    for (std::int64_t peer = 0; peer < plan.ranks; ++peer) {
        const contact& with = contacts[static_cast<std::size_t>(peer)];
        if (with.offered != never && with.received <= with.offered) result.awaited.push_back(peer);
        if (with.pulled != never && with.sent <= with.pulled) result.given.push_back(peer);
    }
    return result;
}

}  // namespace railgauge
