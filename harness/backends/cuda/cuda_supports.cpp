#include "harness/backends/cuda/cuda_supports.hpp"

#include <algorithm>
#include <utility>

#include "harness/backends/cuda/copy_plan.hpp"
#include "harness/backends/device_load.hpp"

namespace railgauge::cuda {
namespace {

capability no(std::string reason) {
    return {.supported = false, .reason = std::move(reason)};
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// Kinds between GPUs that copies alone do not make up.
capability copies_can(operation_kind kind) {
    if (is_reducing(kind)) return no("copies combine nothing: nccl reduces between GPUs");
    if (kind == operation_kind::barrier) return no("copies are no barrier");
    if (kind == operation_kind::ping_pong) {
        return no(
            "nothing answers a copy: peer_latency measures one access, bidirectional both "
            "ways at once");
    }
    return {};
}

capability reaches_peers(operation_kind kind, int ranks, const cuda_abilities& has) {
    if (ranks < 2) {
        return no("one rank has no peer: start as many as the host has GPUs (--ranks)");
    }
    const std::string& reason = is_pairwise(kind) ? has.no_pairs : has.no_peers;
    return reason.empty() ? capability{} : no(reason);
}

/// The host takes part in such copies.
bool by_pageable(const operation_spec& spec) {
    return uses_host_memory(spec.kind) && spec.manner.host_memory == host_memory_kind::pageable;
}

capability has_manner(const operation_spec& spec, bool by_processors, const cuda_abilities& has) {
    const device_manner& how = spec.manner;
    if (std::string reason = why_never_so(how); !reason.empty()) return no(std::move(reason));
    if (std::string reason = why_no_load(how.load_processors, has.processors); !reason.empty()) {
        return no(std::move(reason));
    }
    if (how.load_processors > 0 && (!has_size(spec.kind) || by_pageable(spec))) {
        return no("beside a compute load only work of the GPU alone is measured");
    }
    if (how.host_numa < local_numa) return no("a NUMA node's number is 0 or more");
    if (uses_host_memory(spec.kind) && how.host_memory == host_memory_kind::pageable &&
        by_processors && !has.reaches_pageable) {
        return no(
            "this GPU's multiprocessors reach pinned memory of the host only: choose "
            "--host-memory pinned, or --algorithm copy_engine");
    }
    return {};
}

bool may_be_in_place(operation_kind kind) {
    switch (kind) {
        case operation_kind::all_to_all:
        case operation_kind::all_to_all_v:
        case operation_kind::send_recv:
        case operation_kind::bidirectional: return false;
        default: return !is_device_kind(kind);
    }
}

}  // namespace

std::vector<std::string> cuda_algorithms(operation_kind kind) {
    if (is_chase(kind) || kind == operation_kind::kernel_launch) return {"sm"};
    if (kind == operation_kind::event_record) return {"library"};
    return copy_methods(kind);
}

std::string why_never_so(const device_manner& how) {
    if (how.gpus_per_rank != 1) {
        return "the cuda backend measures one GPU a rank: leave --gpus-per-rank out";
    }
    if (how.graph) return "the cuda backend queues its copies one by one: leave --graph out";
    if (how.registration != registration_kind::none) {
        return "the cuda backend has no library to register memory with";
    }
    if (how.streams != 1) return "the cuda backend chooses the number of streams itself";
    return {};
}

capability cuda_supports(const operation_spec& spec, int ranks, const cuda_abilities& has) {
    if (capability can = copies_can(spec.kind); !can.supported) return can;
    if (spec.where != memory_kind::cuda) {
        return no("the cuda backend moves data of GPUs: choose --memory cuda");
    }
    if (!has.shared_gpu.empty()) return no(has.shared_gpu);
    const std::vector<std::string> known = cuda_algorithms(spec.kind);
    const std::string& name = spec.algorithm.empty() ? known.front() : spec.algorithm;
    if (std::ranges::find(known, name) == known.end()) {
        return no(std::string(name_of(spec.kind)) + " has no algorithm '" + name + "' here, only " +
                  joined(known));
    }
    if (spec.window < 1 || (spec.window > 1 && !takes_window(spec.kind))) {
        return no(std::string(name_of(spec.kind)) + " keeps one message under way");
    }
    if (is_rooted(spec.kind) && (spec.root < 0 || spec.root >= ranks)) {
        return no("the root is not a rank of the group");
    }
    if (spec.in_place && !may_be_in_place(spec.kind)) {
        return no("in place, a copy would overwrite what is still to be read");
    }
    if (capability can = has_manner(spec, name.starts_with("sm"), has); !can.supported) return can;
    const bool alone = is_device_kind(spec.kind) && !is_pairwise(spec.kind);
    return alone ? capability{} : reaches_peers(spec.kind, ranks, has);
}

}  // namespace railgauge::cuda
