// What a version of NCCL lacks, and why.
#pragma once

#include <nccl.h>

#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/backends/nccl/nccl_library.hpp"

namespace railgauge::nccl {

/// Judged by the functions that the library has, not by its version: a build may leave one out. A
/// reason names the function, the version that it came with, and this one.
[[nodiscard]] std::vector<feature> features_of(const nccl_library& library);

/// Why the function is missing: "ncclCommSplit came with NCCL 2.18; this is 2.17.1".
[[nodiscard]] std::string why_missing(std::string_view function, std::string_view since,
                                      int version);

/// Features as lines of text and back, for the way out of a child process. What is not such a text
/// gives no features.
[[nodiscard]] std::string text_of(const std::vector<feature>& features);
[[nodiscard]] std::vector<feature> features_from(std::string_view text);

}  // namespace railgauge::nccl
