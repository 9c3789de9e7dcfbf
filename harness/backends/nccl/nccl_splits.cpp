#include "harness/backends/nccl/nccl_splits.hpp"

#include <utility>

namespace railgauge::nccl {

void nccl_splits::offer(const std::shared_ptr<nccl_session>& job) {
    if (job_.expired()) job_ = job;
}

void nccl_splits::split(world& job, int color, int key, const world* group) {
    const std::shared_ptr<nccl_session> whole = job_.lock();
    if (whole == nullptr) return;
    if (color < 0) {
        whole->split_without(job);
    } else {
        made_[group] = std::make_shared<nccl_session>(*whole, color, key, job);
    }
}

std::shared_ptr<nccl_session> nccl_splits::take(const world& group) {
    const auto found = made_.find(&group);
    if (found == made_.end()) return nullptr;
    std::shared_ptr<nccl_session> taken = std::move(found->second);
    made_.erase(found);
    return taken;
}

}  // namespace railgauge::nccl
