// Memory of a device that NCCL knows: from its own allocator, registered with communicators.
#pragma once

#include <nccl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "harness/backends/device_memory.hpp"
#include "harness/backends/nccl/nccl_session.hpp"
#include "harness/backends/operation_spec.hpp"

namespace railgauge::nccl {

/// A whole block of memory with one communicator, until it is destroyed.
class nccl_registration {
public:
    /// Collective for windows: all ranks register as many bytes. `kind` is buffer or window, and
    /// this NCCL has its functions. Throws nccl_error and deadline_error.
    nccl_registration(std::shared_ptr<nccl_session> session, registration_kind kind,
                      std::byte* memory, std::size_t bytes);
    /// Collective for windows. Does nothing where the communicator was aborted.
    ~nccl_registration();
    nccl_registration(const nccl_registration&) = delete;
    nccl_registration& operator=(const nccl_registration&) = delete;

    /// False where NCCL did all that was asked for and yet gave no window, as it does where its
    /// ranks cannot reach each other's memory.
    [[nodiscard]] bool taken() const noexcept {
        return kind_ == registration_kind::buffer || window_ != nullptr;
    }

private:
    std::shared_ptr<nccl_session> session_;
    registration_kind kind_;
    void* handle_ = nullptr;
    ncclWindow_t window_ = nullptr;
};

/// Windows are made of whole pages of this size, whatever was asked for.
inline constexpr std::size_t window_page_bytes = 4096;

/// ncclMemAlloc of `bytes`, registered with each of the sessions; freed as it goes.
struct registered_block {
    device_block block;
    bool taken = true;  ///< by all sessions
};
/// Collective for windows; `bytes` is then the same on all ranks. Throws capability_error where
/// there is too little memory, nccl_error and deadline_error.
[[nodiscard]] registered_block allocate_registered(
    std::span<const std::shared_ptr<nccl_session>> sessions, registration_kind kind,
    std::size_t bytes);

}  // namespace railgauge::nccl
