// What this host's GPUs are and how they are, for the record of each run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/machine/nvml.hpp"

namespace railgauge {

/// One JSON object: "driver" and "devices", each with name, UUID, PCI address, clocks, links and
/// what they could be, memory, temperature, power and what holds its clocks down. What the driver
/// does not tell is null.
[[nodiscard]] std::string describe_gpus(const nvml& gpus);

/// The same for this host. Throws capability_error as nvml::open does.
[[nodiscard]] std::string describe_gpus();

/// Free memory of the GPU that has most of it; nothing where the driver does not tell.
[[nodiscard]] std::optional<std::uint64_t> most_free_gpu_memory_bytes(const nvml& gpus);

/// Whether this host has a GPU's driver at all: the file by which its library reaches it.
[[nodiscard]] bool has_gpu_driver();

}  // namespace railgauge
