#include "harness/backends/nccl/ask_nccl.hpp"

#include <cuda_runtime_api.h>

#include "harness/backends/device_driver.hpp"
#include "harness/backends/nccl/nccl_features.hpp"
#include "harness/backends/nccl/nccl_library.hpp"

namespace railgauge::nccl {

std::string probe_for_child() {
    static_cast<void>(require_gpu());
    return probe_text(version_text(open_nccl(nccl_path()).version));
}

std::string features_for_child() {
    return text_of(features_of(open_nccl(nccl_path())));
}

}  // namespace railgauge::nccl
