// Which GPU a rank uses, and whether two ranks use the same one.
#pragma once

#include <nccl.h>

#include <span>
#include <string>

namespace railgauge::nccl {

/// The GPU of the rank with this number among the job's ranks on its host, of `visible` ones: its
/// own number, or 0 where the launcher shows each rank just one. Throws capability_error where
/// there is none.
[[nodiscard]] int choose_gpu(int local_rank, int visible, bool shared);

/// Where a rank's GPU is; sent around.
struct gpu_seat {
    char host[64] = {};  ///< as NCCL tells hosts apart: NCCL_HOSTID, else the host's name
    char bus[32] = {};   ///< PCI bus id
};

/// By rank. Why NCCL cannot be used, naming the first two ranks on one GPU; empty: they are all
/// apart.
[[nodiscard]] std::string why_shared(std::span<const gpu_seat> seats);

}  // namespace railgauge::nccl
