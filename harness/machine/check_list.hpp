// The groups of checks that check_host runs, one file each. Every function appends what applies.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/machine/checks.hpp"

namespace railgauge {

/// Governor, turbo, virtual machine and steal, load, ranks against processors, quota, pinning.
void check_processor(const process_facts& facts, int ranks, const std::filesystem::path& root,
                     std::vector<check>& found);

/// Shared memory, locked memory, reading peers' memory, /proc's hidepid, huge pages, swap.
void check_memory(const process_facts& facts, const std::filesystem::path& root,
                  std::vector<check>& found);

/// GPUs, InfiniBand, and where there are such devices IOMMU and ACS.
void check_devices(const std::filesystem::path& root, std::vector<check>& found);

}  // namespace railgauge
