// The host's side of a device's copies.
#pragma once

#include <string>

#include "harness/backends/memory.hpp"
#include "harness/backends/operation_spec.hpp"

namespace railgauge::cuda {

/// Pinned by cudaHostAlloc, or ordinary pages; on the node that `how.host_numa` names, or for
/// local_numa on `device_node` where that is known and the system allows it.
class host_side_memory final : public memory {
public:
    /// Zeroed. Throws capability_error where the host has too little, cuda_error and system_error.
    host_side_memory(const device_manner& how, int device_node, std::size_t bytes);
    ~host_side_memory() override;

    [[nodiscard]] std::byte* data() noexcept override { return data_; }
    [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }

    /// "pinned memory of node 0", "pageable memory of any node".
    [[nodiscard]] const std::string& description() const noexcept { return description_; }

private:
    void allocate(const device_manner& how);

    std::byte* data_ = nullptr;
    std::size_t bytes_;
    std::size_t mapped_bytes_;
    bool pinned_;
    std::string description_;
};

}  // namespace railgauge::cuda
