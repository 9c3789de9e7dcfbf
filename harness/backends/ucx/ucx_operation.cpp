#include "harness/backends/ucx/ucx_operation.hpp"

#include <utility>

#include "kernels/reduce.hpp"

namespace railgauge::ucx {

ucx_operation::ucx_operation(std::shared_ptr<session> where, program made, std::string algorithm,
                             std::uint64_t chunk_bytes, std::unique_ptr<registered_memory> scratch,
                             ucp_rkey_h key)
    : session_(std::move(where)),
      scratch_(std::move(scratch)),
      algorithm_(std::move(algorithm)),
      chunk_bytes_(chunk_bytes),
      key_(key),
      executor_(std::move(made), ucp(), session_->worker(), session_->request_bytes()) {}

ucx_operation::~ucx_operation() {
    if (executor_.under_way()) {
        session_->abandon();  // UCX still knows the requests
        executor_.abandon();
    }
    if (key_ != nullptr) {
        ucp().rkey_destroy(key_);
    }
}

void ucx_operation::execute() {
    executor_.begin();
    std::uint32_t idle = 0;
    while (!executor_.advance()) {
        session_->progress(idle);
    }
    const program& made = executor_.plan();
    if (made.average_elements > 0) {
        finish_average(made.type, made.average, made.average_elements, made.ranks);
    }
}

}  // namespace railgauge::ucx
