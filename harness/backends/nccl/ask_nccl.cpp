#include "harness/backends/nccl/ask_nccl.hpp"

#include <cuda_runtime_api.h>

#include "harness/backends/device_driver.hpp"
#include "harness/backends/nccl/nccl_features.hpp"
#include "harness/backends/nccl/nccl_library.hpp"

namespace railgauge::nccl {
namespace {

/// Why there is no GPU to use; empty: there is one.
std::string why_no_driver() {
    try {
        static_cast<void>(require_gpu());
        return {};
    } catch (const capability_error& failure) {
        return failure.what();
    }
}

}  // namespace

std::string probe_for_child() {
    std::string version;
    std::string reason;
    try {
        version = version_for_child();
    } catch (const capability_error& failure) {
        reason = failure.what();
    }
    if (const std::string no_gpu = why_no_driver(); !no_gpu.empty()) {
        reason = reason.empty() ? no_gpu : reason + "; and " + no_gpu;
    }
    if (!reason.empty()) throw capability_error(reason);
    return probe_text(version);
}

std::string version_for_child() {
    return version_text(open_nccl(nccl_path()).version);
}

std::string features_for_child() {
    return text_of(features_of(open_nccl(nccl_path())));
}

}  // namespace railgauge::nccl
