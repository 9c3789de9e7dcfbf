// The GPU of this process.
#pragma once

#include <cuda_runtime_api.h>

#include <string>
#include <vector>

#include "harness/launch/world.hpp"

namespace railgauge {

/// The GPU of the rank with this number among the job's ranks on its host, of `visible` ones: its
/// own number, or 0 where the launcher shows each rank just one; `shared` deals them out again and
/// again. Throws capability_error where there is none.
[[nodiscard]] int choose_gpu(int local_rank, int visible, bool shared);

/// The same of a rank that drives `gpus` of them: the numbers of local rank x gpus and on; or,
/// where the launcher shows each rank just so many, all that it sees. Throws capability_error, with
/// the numbers that there are not.
[[nodiscard]] std::vector<int> choose_gpus(int local_rank, int visible, bool shared, int gpus);

/// How many ranks that drive `gpus` GPUs each there can be on a host that has `devices`; one where
/// even that one has too few, so that it is told so. 0 where there are no devices.
[[nodiscard]] int ranks_on(int devices, int gpus) noexcept;

/// Whether RAILGAUGE_SHARE_GPU=1: several ranks may use one GPU, to try things out.
[[nodiscard]] bool shares_gpu();

/// Makes the first of the GPUs that choose_gpus says the current one, for good; the second time it
/// does nothing. Throws capability_error and cuda_error.
void choose_device(const world& job, int gpus = 1);

/// After choose_device: choose_gpus of this rank. Throws capability_error and cuda_error.
[[nodiscard]] std::vector<int> chosen_devices(const world& job, int gpus);

/// Makes a device the current one of this thread, until it is destroyed. Throws cuda_error.
class device_scope {
public:
    explicit device_scope(int device);
    ~device_scope();
    device_scope(const device_scope&) = delete;
    device_scope& operator=(const device_scope&) = delete;

private:
    int device_;
    int before_;
};

/// Whether choose_device has touched the driver in this process.
[[nodiscard]] bool device_chosen() noexcept;

[[nodiscard]] int current_device();
/// Of the current device. Throws cuda_error.
[[nodiscard]] int device_attribute(cudaDeviceAttr which);
/// Of the current device: 90 is 9.0.
[[nodiscard]] int compute_capability();
/// PCI bus id of the current device: "0000:1b:00.0".
[[nodiscard]] std::string device_bus_id();

}  // namespace railgauge
