// Whether two ranks use the same GPU.
#pragma once

#include <nccl.h>

#include <span>
#include <string>

namespace railgauge::nccl {

/// Where a rank's GPU is; sent around.
struct gpu_seat {
    char host[64] = {};  ///< as NCCL tells hosts apart: NCCL_HOSTID, else the host's name
    char bus[32] = {};   ///< PCI bus id
};

/// By rank, of which each process has `gpus`. Why NCCL cannot be used, naming the first two ranks
/// on one GPU; empty: they are all apart.
[[nodiscard]] std::string why_shared(std::span<const gpu_seat> seats, int gpus = 1);

}  // namespace railgauge::nccl
