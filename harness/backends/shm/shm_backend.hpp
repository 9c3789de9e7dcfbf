// The backend `shm`: ranks of one host, through memory that they share.
#pragma once

#include <memory>

#include "harness/backends/backend.hpp"

namespace railgauge {

[[nodiscard]] std::unique_ptr<backend> make_shm_backend();

}  // namespace railgauge
