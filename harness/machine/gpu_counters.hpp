// What the counters of this host's GPUs say about a point measured between two readings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/machine/nvml.hpp"

namespace railgauge {

/// One reading of every device, in the order of gpus.devices().
[[nodiscard]] std::vector<gpu_counts> read_gpu_counts(const nvml& gpus);

/// "kind:increase" for each kind that grew on any GPU, summed over them, in a fixed order:
/// gpu-held-by-power-us, gpu-held-by-heat-us, gpu-held-by-board-us and gpu-held-by-reliability-us
/// (clocks held down for so long), gpu-memory-errors-uncorrected, gpu-memory-errors-corrected,
/// gpu-pcie-replays, gpu-nvlink-errors. Where a driver counts no such times, "gpu-throttled:1" and
/// so on says on how many GPUs the clocks were held down at one of the readings; that misses what
/// passed between them. Counters that went backwards, or are in one reading only, have not grown.
[[nodiscard]] std::vector<std::string> gpu_flags_between(const std::vector<gpu_counts>& before,
                                                         const std::vector<gpu_counts>& after);

/// Joules of all GPUs that tell; nothing where none does. The counter moves in steps (the driver
/// samples power some ten times a second), so the energy of a short point is coarse.
[[nodiscard]] std::optional<double> gpu_energy_j_between(const std::vector<gpu_counts>& before,
                                                         const std::vector<gpu_counts>& after);

/// Degrees Celsius of the hottest device now; nothing where none tells.
[[nodiscard]] std::optional<double> hottest_gpu_c(const nvml& gpus);

}  // namespace railgauge
