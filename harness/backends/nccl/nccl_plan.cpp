#include "harness/backends/nccl/nccl_plan.hpp"

#include <utility>

#include "harness/backends/nccl/nccl_types.hpp"

namespace railgauge::nccl {
namespace {

struct plan_writer {
    const operation_spec& spec;
    int rank;
    int ranks;
    nccl_buffers at;
    bool to_all_calls;
    std::vector<nccl_step> group = {};

    [[nodiscard]] std::uint64_t bytes(std::uint64_t elements) const {
        return elements * size_of(spec.type);
    }

    void send(int peer, std::uint64_t offset, std::uint64_t count) {
        if (count == 0) return;
        group.push_back({nccl_call::send, at.input + bytes(offset), nullptr, count, peer});
    }

    void receive(int peer, std::uint64_t offset, std::uint64_t count) {
        if (count == 0) return;
        group.push_back({nccl_call::receive, nullptr, at.output + bytes(offset), count, peer});
    }

    void collective(nccl_call call, int root = 0) {
        if (spec.count == 0) return;
        group.push_back({call, at.input, at.output, spec.count, root});
    }

    void windows(int to, int from) {
        const auto messages = static_cast<std::uint64_t>(spec.window);
        for (std::uint64_t i = 0; i < messages; ++i) {
            if (to >= 0) send(to, i * spec.count, spec.count);
            if (from >= 0) receive(from, i * spec.count, spec.count);
        }
    }

    // In place, the root's own block is where it belongs.
    void gather() {
        if (rank != spec.root || !spec.in_place) send(spec.root, 0, spec.count);
        if (rank != spec.root) return;
        for (int source = 0; source < ranks; ++source) {
            if (source == rank && spec.in_place) continue;
            receive(source, static_cast<std::uint64_t>(source) * spec.count, spec.count);
        }
    }

    void scatter() {
        if (rank == spec.root) {
            for (int target = 0; target < ranks; ++target) {
                if (target == rank && spec.in_place) continue;
                send(target, static_cast<std::uint64_t>(target) * spec.count, spec.count);
            }
        }
        if (rank != spec.root || !spec.in_place) receive(spec.root, 0, spec.count);
    }

    void all_to_all() {
        for (int peer = 0; peer < ranks; ++peer) {
            send(peer, send_offset(spec, rank, peer, ranks),
                 block_elements(spec, rank, peer, ranks));
            receive(peer, receive_offset(spec, peer, rank, ranks),
                    block_elements(spec, peer, rank, ranks));
        }
    }

    void pairwise() {
        if (!takes_part(spec.kind, rank, ranks)) return;
        const int peer = rank ^ 1;
        const bool first = rank % 2 == 0;
        if (spec.kind == operation_kind::send) {
            windows(first ? peer : -1, first ? -1 : peer);
        } else {
            windows(peer, peer);
        }
    }

    void write() {
        switch (spec.kind) {
            case operation_kind::all_reduce: return collective(nccl_call::all_reduce);
            case operation_kind::broadcast: return collective(nccl_call::broadcast, spec.root);
            case operation_kind::reduce: return collective(nccl_call::reduce, spec.root);
            case operation_kind::all_gather: return collective(nccl_call::all_gather);
            case operation_kind::reduce_scatter: return collective(nccl_call::reduce_scatter);
            case operation_kind::gather:
                return to_all_calls ? collective(nccl_call::gather, spec.root) : gather();
            case operation_kind::scatter:
                return to_all_calls ? collective(nccl_call::scatter, spec.root) : scatter();
            case operation_kind::all_to_all:
                return to_all_calls ? collective(nccl_call::all_to_all) : all_to_all();
            case operation_kind::all_to_all_v: return all_to_all();
            case operation_kind::send_recv:
                return windows((rank + 1) % ranks, (rank + ranks - 1) % ranks);
            case operation_kind::barrier:
                group.push_back({nccl_call::all_reduce, at.scratch, at.scratch, 1, 0});
                return;
            default: return pairwise();
        }
    }
};

}  // namespace

nccl_plan make_plan(const operation_spec& spec, int rank, int ranks, const nccl_buffers& buffers,
                    bool to_all_calls) {
    nccl_plan made;
    const bool barrier = spec.kind == operation_kind::barrier;
    made.type = barrier ? ncclInt32 : nccl_type(spec.type).value();
    made.op = barrier ? ncclSum : nccl_reduction(spec.op);
    plan_writer writer{
        .spec = spec, .rank = rank, .ranks = ranks, .at = buffers, .to_all_calls = to_all_calls};
    writer.write();
    std::vector<nccl_step>& steps = writer.group;
    if (spec.kind == operation_kind::ping_pong && steps.size() == 2) {
        // The answer waits for the question, so each is a group of its own.
        if (rank % 2 == 1) std::swap(steps[0], steps[1]);
        made.groups = {{steps[0]}, {steps[1]}};
    } else if (!steps.empty()) {
        made.groups = {std::move(steps)};
    }
    return made;
}

}  // namespace railgauge::nccl
