// For backends without a device: graphs, registration and streams are not theirs to choose.
#pragma once

#include <string_view>

#include "harness/backends/backend.hpp"

namespace railgauge {

/// Yes where `spec.manner` is the default; else no, and which flag names what `backend` has not.
[[nodiscard]] capability default_manner_only(const operation_spec& spec, std::string_view backend);

}  // namespace railgauge
