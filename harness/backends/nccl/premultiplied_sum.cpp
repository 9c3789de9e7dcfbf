#include "harness/backends/nccl/premultiplied_sum.hpp"

#include <cstdint>
#include <utility>

#include "harness/backends/nccl/nccl_types.hpp"
#include "kernels/element_bits.hpp"

namespace railgauge::nccl {

premultiplied_sum::premultiplied_sum(std::shared_ptr<nccl_session> session, dtype type,
                                     std::size_t gpu)
    : session_(std::move(session)), gpu_(gpu) {
    // The lower bytes are the number, as hosts with GPUs are little-endian.
    std::uint64_t factor = bits_of_integer(type, mulsum_factor);
    session_->complete(
        "ncclRedOpCreatePreMulSum",
        session_->calls().RedOpCreatePreMulSum(&op_, &factor, nccl_type(type).value(),
                                               ncclScalarHostImmediate, session_->get(gpu_)));
}

premultiplied_sum::~premultiplied_sum() {
    if (session_->aborted()) return;
    static_cast<void>(session_->calls().RedOpDestroy(op_, session_->get(gpu_)));
}

}  // namespace railgauge::nccl
