// A step of a plan as the call of NCCL that it is.
#pragma once

#include <nccl.h>

#include "harness/backends/nccl/nccl_library.hpp"
#include "harness/backends/nccl/nccl_plan.hpp"

namespace railgauge::nccl {

struct issued_call {
    const char* name;
    ncclResult_t code;
};

/// Calls NCCL, on a communicator that was not aborted.
[[nodiscard]] issued_call issue(const nccl_calls& calls, const nccl_step& step,
                                const nccl_plan& plan, ncclComm_t communicator,
                                cudaStream_t stream);

}  // namespace railgauge::nccl
