// Runs programs: starts each step as soon as those it waits for are done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "harness/backends/ucx/program.hpp"
#include "harness/backends/ucx/ucp_library.hpp"

namespace railgauge::ucx {

/// Reductions and copies of at least this many bytes are followed by a question to UCX, so that
/// transports which need the processor keep moving.
inline constexpr std::uint64_t long_step_bytes = 16 * 1024;

/// One program and the state of its execution. Everything is allocated when it is made.
class executor {
public:
    /// `calls` and `worker` outlive it; `request_bytes` as session::request_bytes.
    executor(program made, const ucp_calls& calls, ucp_worker_h worker, std::size_t request_bytes);
    executor(const executor&) = delete;
    executor& operator=(const executor&) = delete;

    /// Starts all steps that wait for nothing.
    void begin();

    /// Starts what can be started and computes what can be computed, until only UCX can bring it
    /// on. True when all is done; throws ucx_error when a step has failed.
    [[nodiscard]] bool advance();

    /// Between begin and the end; an operation that failed stays so.
    [[nodiscard]] bool under_way() const noexcept { return left_ != 0; }

    /// Leaves the memory of the requests to UCX, which may still write to it.
    void abandon() noexcept { static_cast<void>(request_memory_.release()); }

    [[nodiscard]] const program& plan() const noexcept { return program_; }

private:
    /// Stands behind the memory that UCP uses for a request; UCX hands it back when that is done.
    struct slot {
        executor* owner;
        std::uint32_t step;
        slot* next_free;
    };

    static void on_sent(void* request, ucs_status_t status, void* user_data);
    static void on_received(void* request, ucs_status_t status, const ucp_tag_recv_info_t* info,
                            void* user_data);
    void release(slot& used, ucs_status_t status);
    void failed(std::uint32_t index, ucs_status_t status);
    void start(std::uint32_t index);
    void compute(std::uint32_t index);
    void finished(std::uint32_t index);
    [[nodiscard]] ucs_status_ptr_t call(const step& what);
    [[noreturn]] void fail();

    program program_;
    const ucp_calls& ucp_;
    ucp_worker_h worker_;
    ucp_request_param_t send_{};
    ucp_request_param_t receive_{};
    ucp_tag_recv_info_t received_{};

    std::unique_ptr<std::byte[]> request_memory_;
    slot* free_ = nullptr;

    std::vector<std::uint32_t> waiting_;  ///< of each step: for how many still
    /// Steps that can be started, in the order in which they became so; each is in once an
    /// execution at most.
    std::vector<std::uint32_t> ready_;
    std::vector<std::uint32_t> computable_;
    std::size_t ready_begin_ = 0;
    std::size_t ready_end_ = 0;
    std::size_t computable_begin_ = 0;
    std::size_t computable_end_ = 0;
    std::size_t left_ = 0;
    ucs_status_t failure_ = UCS_OK;
    std::uint32_t failed_step_ = 0;
};

}  // namespace railgauge::ucx
