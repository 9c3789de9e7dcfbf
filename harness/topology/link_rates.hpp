// What a link of a known kind carries.
#pragma once

namespace railgauge {

/// GB/s each direction of a PCIe link of so many lanes; the encoding's share is taken off.
[[nodiscard]] double pcie_gbps(double giga_transfers, double lanes);

/// Billions of transfers a second of a lane, by PCIe's generation; 0 where it is not known.
[[nodiscard]] double pcie_giga_transfers(unsigned generation);

/// GB/s each direction of one NVLink of a GPU of this compute capability (90: Hopper), as NVIDIA's
/// data sheets have it. Not by the link's version, for which drivers say the same of Hopper and of
/// Blackwell.
[[nodiscard]] double nvlink_gbps(double compute_capability);

}  // namespace railgauge
