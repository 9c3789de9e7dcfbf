// NCCL's reduction that multiplies each contribution by a number of the user's and adds.
#pragma once

#include <nccl.h>

#include <cstddef>
#include <memory>

#include "harness/backends/nccl/nccl_session.hpp"
#include "kernels/types.hpp"

namespace railgauge::nccl {

/// For one rank of a communicator and one type, as long as it lives.
class premultiplied_sum {
public:
    /// By mulsum_factor. For a type that NCCL has, and an NCCL that has ncclRedOpCreatePreMulSum.
    /// Throws nccl_error and deadline_error.
    premultiplied_sum(std::shared_ptr<nccl_session> session, dtype type, std::size_t gpu = 0);
    ~premultiplied_sum();
    premultiplied_sum(const premultiplied_sum&) = delete;
    premultiplied_sum& operator=(const premultiplied_sum&) = delete;

    [[nodiscard]] ncclRedOp_t get() const noexcept { return op_; }

private:
    std::shared_ptr<nccl_session> session_;
    std::size_t gpu_;
    ncclRedOp_t op_ = ncclSum;
};

}  // namespace railgauge::nccl
