// Pairs: ping_pong, bidirectional, send, put, get, send_recv and peer_latency between every two
// ranks
// (`groups = "pairs"`) or every two hosts ("host-pairs": the first rank of each).
//
// Measured: each pair by itself, as a group of two. n ranks make n(n-1)/2 pairs in n-1 rounds (n
// where n is odd) of disjoint pairs, so that each rank works in one pair at a time; the pairs of a
// round work at once. send, put, get and peer_latency go one way: each round runs twice, from the
// lower rank to the higher one and back. Each row names both ends; the first is where data come
// from. Formula: as point_to_point's: ping_pong is half of the round trip; with a window of W
// messages the time is that of all divided by W; peer_latency is the time of one access; algbw =
// busbw = bytes / time, bidirectional's of one way. Limits: what the pairs of a round share (a
// switch, an uplink, memory, cores) they share here too: "pairs:turn" measures one pair after the
// other. Time grows with n (in turn: n squared) and the results file with n squared: `rounds`
// measures so many, evenly chosen among all.

#include "benches/benches.hpp"

namespace railgauge {
namespace {

class pairs final : public bench {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "pairs"; }
    [[nodiscard]] std::string_view description() const noexcept override {
        return "messages between every two ranks or hosts, in rounds of disjoint pairs";
    }
    [[nodiscard]] bool measures(operation_kind kind) const noexcept override {
        return is_pairwise(kind) || kind == operation_kind::send_recv;
    }
    [[nodiscard]] bool for_pairs() const noexcept override { return true; }
    [[nodiscard]] int directions(operation_kind kind) const noexcept override {
        const bool one_way = kind == operation_kind::send || kind == operation_kind::put ||
                             kind == operation_kind::get || kind == operation_kind::peer_latency;
        return one_way ? 2 : 1;
    }
    [[nodiscard]] measured_operation make(operation_spec asked, std::uint64_t bytes,
                                          int ranks) const override {
        asked.count = count_for(asked.kind, asked.type, bytes, ranks);
        if (!takes_window(asked.kind)) asked.window = 1;
        measured_operation result;
        result.bytes = message_bytes(asked, ranks);
        result.time_factor = asked.kind == operation_kind::ping_pong ? 0.5 : 1.0 / asked.window;
        if (is_chase(asked.kind)) result.time_factor = 1.0 / static_cast<double>(chase_accesses);
        result.has_bandwidth = moves_message(asked.kind);
        result.bus_factor = bus_bandwidth_factor(asked.kind, ranks);
        result.spec = std::move(asked);
        return result;
    }
};

}  // namespace

std::unique_ptr<bench> make_pairs_bench() {
    return std::make_unique<pairs>();
}

}  // namespace railgauge
