#include "harness/backends/nccl/nccl_registration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace railgauge::nccl {

nccl_registration::nccl_registration(std::shared_ptr<nccl_session> session, registration_kind kind,
                                     std::byte* memory, std::size_t bytes)
    : session_(std::move(session)), kind_(kind) {
    const nccl_calls& c = session_->calls();
    if (kind_ == registration_kind::buffer) {
        session_->complete("ncclCommRegister",
                           c.CommRegister(session_->get(), memory, bytes, &handle_));
    } else {
        session_->complete("ncclCommWindowRegister",
                           c.CommWindowRegister(session_->get(), memory, bytes, &window_,
                                                NCCL_WIN_COLL_SYMMETRIC));
    }
}

nccl_registration::~nccl_registration() {
    if (session_->aborted() || !taken()) return;
    const nccl_calls& c = session_->calls();
    try {
        if (kind_ == registration_kind::buffer) {
            session_->complete("ncclCommDeregister", c.CommDeregister(session_->get(), handle_));
        } else {
            session_->complete("ncclCommWindowDeregister",
                               c.CommWindowDeregister(session_->get(), window_));
        }
    } catch (const error&) {
        // The communicator is aborted now, and whoever uses it next is told so.
    }
}

registered_block allocate_registered(std::span<const std::shared_ptr<nccl_session>> sessions,
                                     registration_kind kind, std::size_t bytes) {
    const nccl_calls& c = sessions.front()->calls();
    const std::size_t pages =
        std::max<std::size_t>(1, (bytes + window_page_bytes - 1) / window_page_bytes);
    const std::size_t whole = pages * window_page_bytes;
    void* at = nullptr;
    if (const ncclResult_t code = c.MemAlloc(&at, whole); code != ncclSuccess) {
        throw capability_error(fmt::format("{}; {} bytes were asked for: choose a smaller size",
                                           nccl_error(c, "ncclMemAlloc", code, nullptr).what(),
                                           whole));
    }
    auto* const memory = static_cast<std::byte*>(at);
    // The block is freed after the registrations, which its function holds.
    const std::shared_ptr<std::byte> freed(
        memory, [free = c.MemFree](std::byte* old) { static_cast<void>(free(old)); });
    auto registered = std::make_shared<std::vector<std::unique_ptr<nccl_registration>>>();
    bool taken = true;
    for (const std::shared_ptr<nccl_session>& session : sessions) {
        registered->push_back(std::make_unique<nccl_registration>(session, kind, memory, whole));
        taken = taken && registered->back()->taken();
    }
    return {{memory, whole, [freed, registered] { registered->clear(); }}, taken};
}

}  // namespace railgauge::nccl
