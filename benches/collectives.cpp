// Collectives: all_reduce, all_gather, reduce_scatter, broadcast, reduce, gather, scatter,
// all_to_all, all_to_all_v and barrier.
//
// Measured: the time from the ranks' common start to the last rank's end (isolated), or the time
// of one of K operations back to back (streamed).
// Formula: algbw = bytes / time, busbw = algbw x factor, both as nccl-tests defines them
// (doc/PERFORMANCE.md there); the factors are bus_bandwidth_factor's.
// Limits: `bytes` is rounded down to whole elements on every rank (but not below one); for
// all_to_all_v it is what each rank sends in all, in blocks of 1 to n units.

#include "benches/benches.hpp"

namespace railgauge {
namespace {

class collectives final : public bench {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "collectives"; }
    [[nodiscard]] std::string_view description() const noexcept override {
        return "operations of all ranks together";
    }
    [[nodiscard]] bool measures(operation_kind kind) const noexcept override {
        return !is_device_kind(kind) && !is_pairwise(kind) && kind != operation_kind::send_recv;
    }
    [[nodiscard]] measured_operation make(operation_spec asked, std::uint64_t bytes,
                                          int ranks) const override {
        asked.window = 1;
        asked.count = count_for(asked.kind, asked.type, bytes, ranks);
        measured_operation result;
        result.bytes = message_bytes(asked, ranks);
        result.bus_factor = bus_bandwidth_factor(asked.kind, ranks);
        result.has_bandwidth = asked.kind != operation_kind::barrier;
        result.spec = std::move(asked);
        return result;
    }
};

}  // namespace

std::unique_ptr<bench> make_collectives_bench() {
    return std::make_unique<collectives>();
}

}  // namespace railgauge
