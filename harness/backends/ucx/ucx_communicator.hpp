#pragma once

#include <cstdint>
#include <memory>

#include "harness/backends/backend.hpp"

namespace railgauge::ucx {

/// How a collective's messages are moved: as the tuner finds, or (for tests) by the first of the
/// algorithms and all put into mailboxes, where the ranks can have some.
enum class messages : std::uint8_t { as_found, put };

/// Collective. Throws capability_error and ucx_error.
[[nodiscard]] std::unique_ptr<communicator> make_ucx_communicator(
    world& group, messages moved = messages::as_found);

}  // namespace railgauge::ucx
