// Memory as an MPI user has it: private to the process.
#pragma once

#include "harness/backends/backend.hpp"

namespace railgauge {

/// Anonymous private pages, zeroed and touched; from 2 MiB on aligned to 2 MiB with huge pages
/// advised, as a large malloc on a tuned machine would be.
class private_memory final : public memory {
public:
    /// 0 bytes gives a valid address. Throws system_error.
    explicit private_memory(std::size_t bytes);
    ~private_memory() override;

    [[nodiscard]] std::byte* data() noexcept override { return data_; }
    [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }

private:
    void* mapping_ = nullptr;
    std::size_t mapped_bytes_ = 0;
    std::byte* data_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace railgauge
