#include "harness/backends/cuda/copy_plan.hpp"

#include <algorithm>

namespace railgauge::cuda {
namespace {

/// put writes, get reads, and a device's own copies have one rank only.
bool either_end_may_copy(operation_kind kind) {
    return kind != operation_kind::put && kind != operation_kind::get && !is_device_kind(kind);
}

struct plan_writer {
    const operation_spec& spec;
    int ranks;
    copy_plan made = {};

    /// Whether data go from `source` to `target`. In place, a block that is its own source is where
    /// it belongs.
    [[nodiscard]] bool joined(int source, int target) const {
        switch (spec.kind) {
            case operation_kind::send:
            case operation_kind::put: return source % 2 == 0 && target == source + 1;
            case operation_kind::get: return source % 2 == 1 && target == source - 1;
            case operation_kind::bidirectional: return target == (source ^ 1);
            case operation_kind::send_recv: return target == (source + 1) % ranks;
            case operation_kind::broadcast: return source == spec.root && target != source;
            case operation_kind::gather:
                return target == spec.root && !(spec.in_place && source == target);
            case operation_kind::scatter:
                return source == spec.root && !(spec.in_place && source == target);
            case operation_kind::all_gather: return !(spec.in_place && source == target);
            case operation_kind::all_to_all:
            case operation_kind::all_to_all_v: return true;
            default: return source == target;
        }
    }

    /// In elements from where the source's input begins, and the target's output.
    [[nodiscard]] std::uint64_t begin_in_input(int source, int target) const {
        switch (spec.kind) {
            case operation_kind::scatter: return spec.count * static_cast<std::uint64_t>(target);
            case operation_kind::all_to_all:
            case operation_kind::all_to_all_v: return send_offset(spec, source, target, ranks);
            default: return 0;
        }
    }
    [[nodiscard]] std::uint64_t begin_in_output(int source, int target) const {
        switch (spec.kind) {
            case operation_kind::gather:
            case operation_kind::all_gather: return spec.count * static_cast<std::uint64_t>(source);
            case operation_kind::all_to_all:
            case operation_kind::all_to_all_v: return receive_offset(spec, source, target, ranks);
            default: return 0;
        }
    }

    void move(int source, int target, std::uint64_t message, int lane) {
        const std::uint64_t size = size_of(spec.type);
        const std::uint64_t count = block_elements(spec, source, target, ranks);
        if (count == 0) return;
        const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, source) : 0;
        const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, target) : 0;
        const std::uint64_t skipped = message * spec.count;
        made.transfers.push_back(
            {.from = {source, buffer_role::input,
                      (into + begin_in_input(source, target) + skipped) * size},
             .to = {target, spec.in_place ? buffer_role::input : buffer_role::output,
                    (out_of + begin_in_output(source, target) + skipped) * size},
             .bytes = count * size,
             .lane = lane});
    }

    void move_all(int source, int target) {
        if (!joined(source, target)) return;
        const int lane = used_lanes++ % most_lanes;
        made.lanes = std::min(used_lanes, most_lanes);
        const auto messages = static_cast<std::uint64_t>(takes_window(spec.kind) ? spec.window : 1);
        for (std::uint64_t i = 0; i < messages; ++i) move(source, target, i, lane);
    }

    int used_lanes = 0;
};

}  // namespace

std::vector<std::string> copy_methods(operation_kind kind) {
    if (is_reducing(kind) || !moves_message(kind) || kind == operation_kind::ping_pong) return {};
    if (!either_end_may_copy(kind)) return {"copy_engine", "sm"};
    return {"copy_engine", "sm", "copy_engine_read", "sm_read"};
}

std::optional<copy_method> method_from(operation_kind kind, std::string_view name) {
    const std::vector<std::string> known = copy_methods(kind);
    if (known.empty()) return std::nullopt;
    const std::string_view asked = name.empty() ? known.front() : name;
    if (std::ranges::find(known, asked) == known.end()) return std::nullopt;
    return copy_method{.by_processors = asked.starts_with("sm"),
                       .reads = kind == operation_kind::get || asked.ends_with("_read")};
}

int copy_plan::longest_lane() const {
    std::vector<int> copies(static_cast<std::size_t>(lanes));
    for (const transfer& one : transfers) ++copies[static_cast<std::size_t>(one.lane)];
    return *std::ranges::max_element(copies);
}

copy_plan make_copy_plan(const operation_spec& spec, int rank, int ranks) {
    plan_writer writer{.spec = spec, .ranks = ranks};
    writer.made.how = method_from(spec.kind, spec.algorithm).value();
    if (spec.kind == operation_kind::host_device_both) {
        writer.move(rank, rank, 0, 0);
        writer.move(rank, rank, 1, 1);
        writer.made.lanes = 2;
        return std::move(writer.made);
    }
    if (is_device_kind(spec.kind)) {
        writer.move_all(rank, rank);
        return std::move(writer.made);
    }
    for (int shift = 0; shift < ranks; ++shift) {
        if (writer.made.how.reads) {
            writer.move_all((rank - shift + ranks) % ranks, rank);
        } else {
            writer.move_all(rank, (rank + shift) % ranks);
        }
    }
    return std::move(writer.made);
}

}  // namespace railgauge::cuda
