// Memory that UCX knows of: peers can write and read it with the packed key.
#pragma once

#include <ucp/api/ucp.h>

#include <cstddef>
#include <memory>

#include "harness/backends/backend.hpp"
#include "harness/backends/ucx/exposed_memory.hpp"
#include "harness/backends/ucx/session.hpp"

namespace railgauge::ucx {

/// Zeroed and touched pages of this process; from half a huge page on aligned to one, with huge
/// pages asked for (measured: reading a peer's 1 MiB through the kernel takes a third of the time).
class registered_memory final : public memory {
public:
    /// 0 bytes gives a valid address. The session lives as long as the memory. Throws system_error
    /// and ucx_error.
    registered_memory(std::shared_ptr<session> where, std::size_t bytes);
    ~registered_memory() override;

    [[nodiscard]] std::byte* data() noexcept override { return data_; }
    [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }

    /// For the peers, see expose.
    [[nodiscard]] exposed_memory exposed() const { return expose(*where_, handle_, data_); }

private:
    void register_it();
    void release() noexcept;

    std::shared_ptr<session> where_;
    void* mapping_ = nullptr;
    std::size_t mapped_bytes_ = 0;
    std::byte* data_ = nullptr;
    std::size_t bytes_ = 0;
    ucp_mem_h handle_ = nullptr;
};

}  // namespace railgauge::ucx
