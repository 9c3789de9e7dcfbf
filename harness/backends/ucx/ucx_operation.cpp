#include "harness/backends/ucx/ucx_operation.hpp"

#include <utility>

#include "kernels/reduce.hpp"

namespace railgauge::ucx {

ucx_operation::ucx_operation(std::shared_ptr<session> where, std::vector<program> programs,
                             std::string algorithm, std::uint64_t chunk_bytes,
                             operation_belongings belongings, ucp_rkey_h key)
    : session_(std::move(where)),
      belongings_(std::move(belongings)),
      algorithm_(std::move(algorithm)),
      chunk_bytes_(chunk_bytes),
      key_(key) {
    for (program& made : programs) {
        executors_.push_back(std::make_unique<executor>(std::move(made), ucp(), session_->worker(),
                                                        session_->request_bytes()));
    }
}

ucx_operation::~ucx_operation() {
    for (auto& each : executors_) {
        if (each->under_way()) {
            session_->abandon();
            static_cast<void>(each.release());  // UCX still knows its requests
        }
    }
    if (key_ != nullptr) {
        ucp().rkey_destroy(key_);
    }
}

void ucx_operation::execute() {
    executor& runs = *executors_[turn_];
    turn_ = turn_ + 1 == executors_.size() ? 0 : turn_ + 1;
    runs.begin();
    std::uint32_t idle = 0;
    while (!runs.advance()) {
        if (runs.heard()) {
            idle = 0;
        }
        session_->progress(idle);
    }
    const program& made = runs.plan();
    if (made.average_elements > 0) {
        finish_average(made.type, made.average, made.average_elements, made.ranks);
    }
}

}  // namespace railgauge::ucx
