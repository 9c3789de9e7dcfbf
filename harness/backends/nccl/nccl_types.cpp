#include "harness/backends/nccl/nccl_types.hpp"

#include <utility>

#include "harness/backends/device_load.hpp"
#include "harness/backends/nccl/nccl_features.hpp"
#include "harness/backends/nccl/nccl_library.hpp"

namespace railgauge::nccl {
namespace {

capability no(std::string reason) {
    return {.supported = false, .reason = std::move(reason)};
}

bool is_fp8(dtype type) {
    return type == dtype::fp8_e4m3 || type == dtype::fp8_e5m2;
}

capability needs(int version, const std::string& what, const nccl_abilities& has) {
    if (has.version >= version) return {};
    return no("NCCL has " + what + " from " + version_text(version) + " on, and this is " +
              version_text(has.version));
}

capability carries(const operation_spec& spec, const nccl_abilities& has) {
    if (!nccl_type(spec.type)) {
        return no("NCCL has no " + std::string(name_of(spec.type)));
    }
    if (spec.type == dtype::bfloat16) return needs(NCCL_VERSION(2, 10, 0), "bfloat16", has);
    if (!is_fp8(spec.type)) return {};
    if (capability can = needs(NCCL_VERSION(2, 24, 0), "fp8", has); !can.supported) return can;
    if (is_reducing(spec.kind) && has.compute_capability < 90) {
        return no(
            "NCCL reduces fp8 on devices of compute capability 9.0 and later only, and one "
            "here has " +
            std::to_string(has.compute_capability / 10) + "." +
            std::to_string(has.compute_capability % 10));
    }
    return {};
}

capability drives_gpus(const device_manner& manner, const nccl_abilities& has) {
    if (manner.gpus_per_rank != has.gpus_per_rank) {
        return no("this communicator has " + std::to_string(has.gpus_per_rank) +
                  " GPUs a rank, as --gpus-per-rank said");
    }
    std::string reason = why_never_so(manner);
    return reason.empty() ? capability{} : no(std::move(reason));
}

capability executes_so(const device_manner& manner, const nccl_abilities& has) {
    if (capability can = drives_gpus(manner, has); !can.supported) return can;
    if (manner.streams < 1 || manner.streams > most_streams) {
        return no("the nccl backend uses 1 to " + std::to_string(most_streams) + " streams");
    }
    if (manner.registration == registration_kind::buffer && !has.registers_buffers) {
        return no(why_missing("ncclCommRegister", "2.19", has.version));
    }
    if (manner.registration == registration_kind::window && !has.registers_windows) {
        return no(why_missing("ncclCommWindowRegister", "2.27", has.version));
    }
    if (std::string reason = why_no_load(manner.load_processors, has.processors); !reason.empty()) {
        return no(std::move(reason));
    }
    if (manner.graph) return needs(NCCL_VERSION(2, 11, 0), "CUDA graphs", has);
    return {};
}

/// Why an operation cannot have one buffer for both; null: it can.
const char* not_in_place(operation_kind kind) {
    switch (kind) {
        case operation_kind::all_to_all:
        case operation_kind::all_to_all_v:
        case operation_kind::send_recv:
        case operation_kind::bidirectional:
            return "in place, NCCL would receive into what it is still sending";
        case operation_kind::ping_pong:
            return "an in-place ping_pong overwrites the answer before it is sent";
        default: return nullptr;
    }
}

}  // namespace

std::optional<ncclDataType_t> nccl_type(dtype type) noexcept {
    switch (type) {
        case dtype::int8: return ncclInt8;
        case dtype::uint8: return ncclUint8;
        case dtype::int16:
        case dtype::uint16: return std::nullopt;
        case dtype::int32: return ncclInt32;
        case dtype::uint32: return ncclUint32;
        case dtype::int64: return ncclInt64;
        case dtype::uint64: return ncclUint64;
        case dtype::fp8_e4m3: return ncclFloat8e4m3;
        case dtype::fp8_e5m2: return ncclFloat8e5m2;
        case dtype::float16: return ncclFloat16;
        case dtype::bfloat16: return ncclBfloat16;
        case dtype::float32: return ncclFloat32;
        case dtype::float64: return ncclFloat64;
    }
    return std::nullopt;
}

ncclRedOp_t nccl_reduction(redop op) noexcept {
    switch (op) {
        case redop::sum: return ncclSum;
        case redop::prod: return ncclProd;
        case redop::min: return ncclMin;
        case redop::max: return ncclMax;
        case redop::avg: return ncclAvg;
        case redop::mulsum: return ncclSum;
    }
    return ncclSum;
}

std::string why_never_so(const device_manner& manner) {
    if (manner.gpus_per_rank == 1) return {};
    const char* what = nullptr;
    if (manner.graph) what = "CUDA graphs";
    if (manner.registration != registration_kind::none) what = "registered memory";
    if (what == nullptr) return {};
    return std::string(what) +
           " with several GPUs a rank (--gpus-per-rank): start a rank for each GPU instead";
}

capability nccl_supports(const operation_spec& spec, int ranks, const nccl_abilities& has) {
    if (is_device_kind(spec.kind)) {
        return no("NCCL moves data between GPUs only");
    }
    if (spec.where != memory_kind::cuda) {
        return no("NCCL moves data between GPUs: choose --memory cuda");
    }
    if (spec.kind == operation_kind::put || spec.kind == operation_kind::get) {
        return no("the nccl backend has no one-sided operations");
    }
    if (spec.window < 1 || (spec.window > 1 && !takes_window(spec.kind))) {
        return no(std::string(name_of(spec.kind)) + " keeps one message under way");
    }
    if (!spec.algorithm.empty() && spec.algorithm != "library") {
        return no(
            "NCCL chooses the algorithm itself: 'library' is the only name (NCCL_ALGO "
            "narrows its choice)");
    }
    if (is_rooted(spec.kind) && (spec.root < 0 || spec.root >= ranks)) {
        return no("the root is not a rank of the group");
    }
    if (const char* reason = not_in_place(spec.kind); spec.in_place && reason != nullptr) {
        return no(reason);
    }
    if (capability can = executes_so(spec.manner, has); !can.supported) return can;
    if (spec.kind == operation_kind::barrier) return {};
    if (is_reducing(spec.kind) && spec.op == redop::avg) {
        if (capability can = needs(NCCL_VERSION(2, 10, 0), "averages", has); !can.supported) {
            return can;
        }
    }
    if (is_reducing(spec.kind) && spec.op == redop::mulsum && !has.premultiplies) {
        return no(why_missing("ncclRedOpCreatePreMulSum", "2.11", has.version));
    }
    return carries(spec, has);
}

}  // namespace railgauge::nccl
