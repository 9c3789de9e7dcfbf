#include "harness/backends/mpi/mpi_supports.hpp"

#include <limits>

namespace railgauge {
namespace {

capability no(std::string reason) {
    return {.supported = false, .reason = std::move(reason)};
}

/// MPI 4 knows floating point of 32 and 64 bits.
bool is_short_floating(dtype type) {
    return type == dtype::fp8_e4m3 || type == dtype::fp8_e5m2 || type == dtype::float16 ||
           type == dtype::bfloat16;
}

}  // namespace

bool counts_fit_int(const operation_spec& spec, int ranks) noexcept {
    constexpr std::uint64_t most = std::numeric_limits<int>::max();
    if (spec.count > most) return false;
    if (spec.kind != operation_kind::all_to_all_v) return true;
    // Its displacements reach nearly as far as all that one rank sends.
    return input_elements(spec, 0, ranks) <= most;
}

capability mpi_supports(const operation_spec& spec, int ranks, bool large_counts) {
    if (is_device_kind(spec.kind)) {
        return no("MPI has no operations of a device");
    }
    if (spec.where != memory_kind::host) {
        return no("this build gives MPI buffers in host memory only");
    }
    if (const std::string reason = why_not_on_hosts(spec); !reason.empty()) {
        return no(reason);
    }
    if (spec.window > 1) {
        return no("the mpi backend keeps one message under way");
    }
    if (spec.kind == operation_kind::put || spec.kind == operation_kind::get) {
        return no("the mpi backend has no one-sided operations");
    }
    if (!spec.algorithm.empty() && spec.algorithm != "library") {
        return no("MPI chooses the algorithm itself: 'library' is the only name");
    }
    if (is_reducing(spec.kind) && spec.op == redop::avg) {
        return no("MPI has no average: a sum and a division by the caller are two operations");
    }
    if (is_reducing(spec.kind) && is_short_floating(spec.type)) {
        return no("MPI has no reduction of " + std::string(name_of(spec.type)));
    }
    if (spec.in_place && spec.kind == operation_kind::reduce_scatter) {
        return no(
            "MPI leaves an in-place reduce_scatter's result at the start of the buffer, not in "
            "the rank's block");
    }
    if (spec.in_place && spec.kind == operation_kind::ping_pong) {
        return no("an in-place ping_pong overwrites the answer before it is sent");
    }
    if (!large_counts && !counts_fit_int(spec, ranks)) {
        return no("counts above 2^31 - 1 need MPI 4.0, and this library has an older one");
    }
    return {};
}

}  // namespace railgauge
