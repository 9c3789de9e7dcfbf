// All backends that this program was built with.
#pragma once

#include <memory>
#include <vector>

#include "harness/backends/backend.hpp"

namespace railgauge {

/// In the order in which they are listed. Whether one can be used here is for `available` to say.
[[nodiscard]] std::vector<std::unique_ptr<backend>> make_backends();

}  // namespace railgauge
