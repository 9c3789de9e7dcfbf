// What the cuda backend can do, with the reason why not.
#pragma once

#include <string>

#include "harness/backends/backend.hpp"

namespace railgauge::cuda {

/// What the answers depend on; the same on every rank of a group. Reasons are empty where nothing
/// is in the way.
struct cuda_abilities {
    std::string shared_gpu;        ///< why what two ranks measure would be one GPU's
    std::string no_pairs;          ///< why ranks 2i and 2i+1 cannot reach each other's memory
    std::string no_peers;          ///< why any two ranks cannot
    int processors = 0;            ///< the fewest that a GPU has; 0: not known
    bool reaches_pageable = true;  ///< all GPUs' multiprocessors reach memory that is not pinned
};

/// Names of algorithms for a kind: copy_methods, "sm" for chases and kernel_launch, "library" for
/// event_record; none for what this backend does not measure.
[[nodiscard]] std::vector<std::string> cuda_algorithms(operation_kind kind);

/// Why it never executes so, whatever the GPUs; empty: it may.
[[nodiscard]] std::string why_never_so(const device_manner& how);

[[nodiscard]] capability cuda_supports(const operation_spec& spec, int ranks,
                                       const cuda_abilities& has);

}  // namespace railgauge::cuda
