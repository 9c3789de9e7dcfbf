// Point to point: send_recv (ring shift), ping_pong, bidirectional, send, put and get.
//
// Measured: send_recv, every rank sends to the next and receives from the one before; ping_pong,
// ranks 2i and 2i+1 send a message there and back; bidirectional, they send to each other at the
// same time; send, 2i sends to 2i+1; put, 2i writes into 2i+1's memory, which it has declared free,
// and tells it; get, 2i reads 2i+1's memory and tells it. All pairs work at once; the last of an
// odd number of ranks stays idle. Formula: ping_pong reports half of the round trip; with a window
// of W messages under way, the time is that of all divided by W; algbw = bytes / time; busbw =
// algbw, so bidirectional's figure is that of one direction. Limits: ping_pong has one message
// under way whatever the window.

#include "benches/benches.hpp"

namespace railgauge {
namespace {

class point_to_point final : public bench {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "point_to_point"; }
    [[nodiscard]] std::string_view description() const noexcept override {
        return "messages between two ranks, all pairs at once";
    }
    [[nodiscard]] bool measures(operation_kind kind) const noexcept override {
        return (is_pairwise(kind) && !is_device_kind(kind)) || kind == operation_kind::send_recv;
    }
    [[nodiscard]] measured_operation make(operation_spec asked, std::uint64_t bytes,
                                          int ranks) const override {
        asked.count = count_for(asked.kind, asked.type, bytes, ranks);
        measured_operation result;
        result.bytes = message_bytes(asked, ranks);
        if (!takes_window(asked.kind)) asked.window = 1;
        result.time_factor = asked.kind == operation_kind::ping_pong ? 0.5 : 1.0 / asked.window;
        result.bus_factor = bus_bandwidth_factor(asked.kind, ranks);
        result.spec = std::move(asked);
        return result;
    }
};

}  // namespace

std::unique_ptr<bench> make_point_to_point_bench() {
    return std::make_unique<point_to_point>();
}

}  // namespace railgauge
