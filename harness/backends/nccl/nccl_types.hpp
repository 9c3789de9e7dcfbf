// railgauge's types and reductions as NCCL's, and what NCCL cannot do, with the reason.
#pragma once

#include <nccl.h>

#include <optional>
#include <string>

#include "harness/backends/backend.hpp"

namespace railgauge::nccl {

/// What the answers depend on; the same on every rank of a group.
struct nccl_abilities {
    int version = 0;             ///< the oldest of all ranks, as NCCL_VERSION codes it
    int compute_capability = 0;  ///< the least of all ranks' devices: 90 is 9.0
    int gpus_per_rank = 1;       ///< that each process drives
    int processors = 0;          ///< the fewest of all ranks' devices; 0: not known
    bool splits = false;         ///< all ranks' NCCL has the functions
    bool registers_buffers = false;
    bool registers_windows = false;
    bool to_all_calls = false;  ///< all_to_all, gather and scatter are calls
    bool estimates = false;
    bool premultiplies = false;
};

/// Streams of one operation at most: more kernels than that do not run side by side in earnest, as
/// each takes blocks of the device of its own.
inline constexpr int most_streams = 16;

/// Empty where no version of NCCL has the type: 16-bit integers.
[[nodiscard]] std::optional<ncclDataType_t> nccl_type(dtype type) noexcept;
/// mulsum is ncclSum here: its own is made for each communicator (premultiplied_sum).
[[nodiscard]] ncclRedOp_t nccl_reduction(redop op) noexcept;

/// Why no version executes so: what is made for one GPU a process so far. Empty: one may.
[[nodiscard]] std::string why_never_so(const device_manner& manner);

/// Averages and bfloat16 came with NCCL 2.10, fp8 with 2.24, its reductions only for devices of
/// compute capability 9.0 and later, CUDA graphs of all operations with 2.11 (NCCL's release notes
/// and its own messages).
[[nodiscard]] capability nccl_supports(const operation_spec& spec, int ranks,
                                       const nccl_abilities& has);

}  // namespace railgauge::nccl
