#include "harness/backends/registry.hpp"

#include "harness/backends/shm/shm_backend.hpp"

namespace railgauge {

std::vector<std::unique_ptr<backend>> make_backends() {
    std::vector<std::unique_ptr<backend>> backends;
    backends.push_back(make_shm_backend());
    return backends;
}

}  // namespace railgauge
