#include "harness/backends/registry.hpp"

#include "harness/backends/cuda/cuda_backend.hpp"
#include "harness/backends/mpi/mpi_backend.hpp"
#include "harness/backends/nccl/nccl_backend.hpp"
#include "harness/backends/shm/shm_backend.hpp"
#include "harness/backends/ucx/ucx_backend.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/mpi_modules.hpp"

namespace railgauge {

std::vector<std::unique_ptr<backend>> make_backends() {
    std::vector<std::unique_ptr<backend>> backends;
    backends.push_back(make_shm_backend());
    backends.push_back(make_ucx_backend());
    const auto module = choose_mpi_module(find_mpi_modules(), read_launcher_environment());
    backends.push_back(std::make_unique<mpi_backend>(module ? module->path : std::string()));
#ifdef RAILGAUGE_HAS_CUDA
    backends.push_back(make_nccl_backend());
    backends.push_back(make_cuda_backend());
#endif
    return backends;
}

}  // namespace railgauge
