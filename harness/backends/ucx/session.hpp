// A rank's worker of UCP and its endpoints to the peers of one group.
#pragma once

#include <ucp/api/ucp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/backends/ucx/ucp_library.hpp"
#include "harness/backends/ucx/waiting.hpp"
#include "harness/launch/owed_work.hpp"

namespace railgauge {
class world;
}

namespace railgauge::ucx {

/// Context, worker, the addresses of all ranks, and endpoints made when they are first asked for.
/// Collective to make. Used by the thread that made it.
class session {
public:
    /// Throws ucx_error, and capability_error where UCX has none of the transports that the user
    /// asked for in UCX_TLS and UCX_NET_DEVICES; that names those it has.
    explicit session(world& group);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    [[nodiscard]] int rank() const noexcept { return rank_; }
    [[nodiscard]] int ranks() const noexcept { return ranks_; }
    [[nodiscard]] ucp_context_h context() const noexcept { return context_; }
    [[nodiscard]] ucp_worker_h worker() const noexcept { return worker_; }
    /// Bytes that UCP needs in front of a request that the caller provides.
    [[nodiscard]] std::size_t request_bytes() const noexcept { return request_bytes_; }
    /// Whether this UCX knows memory of this type.
    [[nodiscard]] bool handles(ucs_memory_type_t type) const noexcept {
        return (memory_types_ >> type & 1U) != 0;
    }

    /// Whether a rank may come to sleep until UCX has an event: what peers store into memory is
    /// none.
    [[nodiscard]] bool sleeps() const noexcept { return event_fd_ >= 0; }

    /// To `rank`, also to itself. Connects on the first call, which is not collective.
    [[nodiscard]] ucp_ep_h endpoint(int rank);

    /// Makes progress until `done()`, waiting as `waiting` says.
    template <typename Predicate>
    void progress_until(Predicate&& done) {
        std::uint32_t idle = 0;
        while (!done()) {
            if (ucp_.worker_progress(worker_) != 0) {
                idle = 0;
            } else if (++idle > waiting_.spins()) [[unlikely]] {
                wait(idle - waiting_.spins());
            }
        }
    }

    /// One question to the worker, then the step of waiting that follows `idle` empty ones in a
    /// row; `idle` is counted here.
    void progress(std::uint32_t& idle) {
        if (ucp_.worker_progress(worker_) != 0) {
            idle = 0;
        } else if (++idle > waiting_.spins()) [[unlikely]] {
            wait(idle - waiting_.spins());
        }
    }

    /// Waits for what a nonblocking call returned, and throws ucx_error where it failed.
    void finish(const char* call, ucs_status_ptr_t request);

    /// After a failure: closing would wait for requests whose owners are gone, so nothing is
    /// closed.
    void abandon() noexcept { abandoned_ = true; }

    /// "transport/device" of all endpoints that there are, each once.
    [[nodiscard]] std::vector<std::string> transports() const;

private:
    session(world& group, bool crowded);
    void open_context(const ucp_params_t& wanted);
    void open_worker(bool sleeps);
    void exchange_addresses(world& group);
    void wait(std::uint32_t count);
    void close() noexcept;

    const ucp_calls& ucp_;
    int rank_;
    int ranks_;
    waiting waiting_;
    ucp_context_h context_ = nullptr;
    ucp_worker_h worker_ = nullptr;
    int event_fd_ = -1;
    bool abandoned_ = false;
    std::size_t request_bytes_ = 0;
    std::uint64_t memory_types_ = 0;
    std::size_t address_bytes_ = 0;     ///< of the longest
    std::vector<std::byte> addresses_;  ///< ranks x address_bytes
    std::vector<ucp_ep_h> endpoints_;
    /// What UCX holds back while a peer's queue or a socket is full, the answer that ends a
    /// rendezvous among it: its operation is done here, and the peer waits.
    std::optional<owed_work> owed_;
};

}  // namespace railgauge::ucx
