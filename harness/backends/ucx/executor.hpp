// Runs programs: starts each step as soon as those it waits for are done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
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

    /// Starts all steps that wait for nothing. Throws error where the execution before has not
    /// ended.
    void begin();

    /// Starts what can be started and computes what can be computed, until only UCX, or a peer's
    /// signal in memory, can bring it on: to be called again, with UCX asked in between. True when
    /// all is done; throws ucx_error when a step has failed.
    [[nodiscard]] bool advance();

    /// Between begin and the end; one that failed with steps left stays so. UCX then still writes
    /// to the requests and calls back, so it must not be destroyed.
    [[nodiscard]] bool under_way() const noexcept { return !done(); }

    /// Whether a peer's signal has come since the last question.
    [[nodiscard]] bool heard() noexcept { return std::exchange(heard_, false); }

    [[nodiscard]] const program& plan() const noexcept { return program_; }

private:
    /// What the end of a step takes, small and apart from what its start took: that would have left
    /// the cache meanwhile. UCX hands it back as the user's data.
    struct ending {
        executor* owner;
        std::uint32_t first_successor;  ///< as step's
        std::uint32_t successor_count;
    };

    static void on_sent(void* request, ucs_status_t status, void* user_data);
    static void on_received(void* request, ucs_status_t status, const ucp_tag_recv_info_t* info,
                            void* user_data);
    void release(void* request, const ending& of, ucs_status_t status);
    void failed(std::uint32_t index, ucs_status_t status);
    [[nodiscard]] void* start(std::uint32_t index, void* spare);
    void compute(std::uint32_t index);
    void finished(const ending& of);
    [[nodiscard]] ucs_status_ptr_t call(const step& what);
    [[noreturn]] void fail();
    [[nodiscard]] bool arrived(const step& what) const noexcept;
    [[nodiscard]] bool look_out();
    [[nodiscard]] bool done() const noexcept {
        return free_count_ == free_.size() && ready_begin_ == ready_end_ &&
               computable_begin_ == computable_end_ && awaited_count_ == 0;
    }

    program program_;
    const ucp_calls& ucp_;
    ucp_worker_h worker_;
    ucp_request_param_t send_{};
    ucp_request_param_t receive_{};
    ucp_tag_recv_info_t received_{};

    std::unique_ptr<std::byte[]> request_memory_;
    /// Memory for requests. The first free_count_ are free, the one used last at their end: it is
    /// still cached.
    std::vector<void*> free_;
    std::size_t free_count_ = 0;

    std::vector<ending> endings_;  ///< of each step
    std::size_t element_bytes_;
    /// Of each step: for how many still. Not kept for those that wait for one (only_successor).
    std::vector<std::uint32_t> waiting_;
    /// Steps that can be started, in the order in which they became so; each is in once an
    /// execution at most.
    std::vector<std::uint32_t> ready_;
    std::vector<std::uint32_t> computable_;
    std::size_t ready_begin_ = 0;
    std::size_t ready_end_ = 0;
    std::size_t computable_begin_ = 0;
    std::size_t computable_end_ = 0;
    std::vector<std::uint32_t> awaited_;  ///< steps: the first awaited_count_, in any order
    std::size_t awaited_count_ = 0;
    bool heard_ = false;
    std::uint64_t execution_ = 0;  ///< from 1; what is signalled
    ucs_status_t failure_ = UCS_OK;
    std::uint32_t failed_step_ = 0;
};

}  // namespace railgauge::ucx
