// These ranks cannot have a communicator together.
#pragma once

#include "harness/base/error.hpp"

namespace railgauge {

/// What was asked cannot be done between these ranks, which each of them finds and throws alike, so
/// that they can go on with something else. Status 3.
class unfit_error : public capability_error {
public:
    using capability_error::capability_error;
};

}  // namespace railgauge
