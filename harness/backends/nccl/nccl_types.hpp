// railgauge's types and reductions as NCCL's, and what NCCL cannot do, with the reason.
#pragma once

#include <nccl.h>

#include <optional>

#include "harness/backends/backend.hpp"

namespace railgauge::nccl {

/// What the answers depend on; the same on every rank of a group.
struct nccl_abilities {
    int version = 0;             ///< the oldest of all ranks, as NCCL_VERSION codes it
    int compute_capability = 0;  ///< the least of all ranks' devices: 90 is 9.0
};

/// Empty where no version of NCCL has the type: 16-bit integers.
[[nodiscard]] std::optional<ncclDataType_t> nccl_type(dtype type) noexcept;
[[nodiscard]] ncclRedOp_t nccl_reduction(redop op) noexcept;

/// Averages and bfloat16 came with NCCL 2.10, fp8 with 2.24, its reductions only for devices of
/// compute capability 9.0 and later (NCCL's release notes and its own messages).
[[nodiscard]] capability nccl_supports(const operation_spec& spec, int ranks,
                                       const nccl_abilities& has);

}  // namespace railgauge::nccl
