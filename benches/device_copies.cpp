// A device's own: host_to_device, device_to_host, host_device_both, device_copy, host_latency,
// device_latency, peer_latency, kernel_launch and event_record.
//
// Measured: each rank copies between its host's memory and its GPU's (or within the GPU's), by a
// copy engine or by multiprocessors, all ranks at once: `groups = "ranks"` with one group at a time
// measures each GPU by itself. Copies between GPUs are point_to_point's put, get and bidirectional
// and collectives' gather and scatter, with the backend `cuda` (docs/cuda-backend.md).
// Formula, as nvbandwidth's: bytes / time of the device's events, the slowest rank's; algbw is that
// of one direction, busbw of both together (host_device_both: 2 x algbw). A latency is the time of
// chase_accesses dependent loads divided by their number; `bytes` is the memory that they wander
// over, so it chooses the cache that answers. kernel_launch and event_record are timed by the
// host: from the call until the host sees the end.
// Limits: device_copy counts each byte once though memory carries it twice (read and written).
// host_device_both ends when the slower direction does; nvbandwidth reports one direction while the
// other runs. A pageable copy is queued when the measurement begins, since it needs the host.

#include "benches/benches.hpp"

namespace railgauge {
namespace {

class device_copies final : public bench {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "device_copies"; }
    [[nodiscard]] std::string_view description() const noexcept override {
        return "copies and latencies of each rank's own device";
    }
    [[nodiscard]] bool measures(operation_kind kind) const noexcept override {
        return is_device_kind(kind);
    }
    [[nodiscard]] measured_operation make(operation_spec asked, std::uint64_t bytes,
                                          int ranks) const override {
        asked.window = 1;
        asked.count = count_for(asked.kind, asked.type, bytes, ranks);
        measured_operation result;
        result.bytes = message_bytes(asked, ranks);
        if (is_chase(asked.kind)) result.time_factor = 1.0 / static_cast<double>(chase_accesses);
        result.bus_factor = bus_bandwidth_factor(asked.kind, ranks);
        result.has_bandwidth = moves_message(asked.kind);
        result.spec = std::move(asked);
        return result;
    }
};

}  // namespace

std::unique_ptr<bench> make_device_copies_bench() {
    return std::make_unique<device_copies>();
}

}  // namespace railgauge
