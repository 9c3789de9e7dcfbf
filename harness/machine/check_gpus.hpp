// What the GPUs' driver says that would spoil measurements, for doctor.
#pragma once

#include <vector>

#include "harness/machine/checks.hpp"
#include "harness/machine/nvml.hpp"

namespace railgauge {

/// For each GPU one line of what it is and how it is, and one for each finding: a link narrower
/// than it could be, clocks held down, uncorrected memory errors in the card's life.
[[nodiscard]] std::vector<check> check_gpu_health(const nvml& gpus);

/// The same for this host; says why where its driver's library cannot be opened. Nothing where
/// there is no driver (no /dev/nvidiactl), which check_host tells.
[[nodiscard]] std::vector<check> check_gpu_health();

}  // namespace railgauge
