#include "harness/backends/ucx/executor.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <string>
#include <utility>

#include "kernels/reduce.hpp"

namespace railgauge::ucx {
namespace {

constexpr std::size_t line_bytes = 64;

/// So often in a row is memory looked at for signals before UCX is asked, which takes as long as
/// many looks.
constexpr int looks = 32;

constexpr std::size_t in_lines(std::size_t bytes) {
    return (bytes + line_bytes - 1) / line_bytes * line_bytes;
}

std::uint64_t address_of(const std::byte* remote) {
    return reinterpret_cast<std::uint64_t>(remote);
}

const char* name_of(opcode code) {
    switch (code) {
        case opcode::send: return "ucp_tag_send_nbx";
        case opcode::receive: return "ucp_tag_recv_nbx";
        case opcode::put: return "ucp_put_nbx";
        case opcode::get: return "ucp_get_nbx";
        case opcode::signal: return "ucp_worker_fence, then ucp_put_nbx of a signal";
        default: return "ucp_ep_flush_nbx";
    }
}

}  // namespace

executor::executor(program made, const ucp_calls& calls, ucp_worker_h worker,
                   std::size_t request_bytes)
    : program_(std::move(made)),
      ucp_(calls),
      worker_(worker),
      element_bytes_(size_of(program_.type)),
      waiting_(program_.prerequisites),
      ready_(program_.steps.size()),
      computable_(program_.steps.size()),
      awaited_(program_.steps.size()) {
    constexpr std::uint32_t fields = UCP_OP_ATTR_FIELD_REQUEST | UCP_OP_ATTR_FIELD_CALLBACK |
                                     UCP_OP_ATTR_FIELD_USER_DATA | UCP_OP_ATTR_FIELD_MEMORY_TYPE;
    // UCX's threshold for rendezvous is another, and higher one, where completion is to be fast.
    send_.op_attr_mask = fields | (program_.eager ? UCP_OP_ATTR_FLAG_FAST_CMPL : 0);
    send_.memory_type = UCS_MEMORY_TYPE_HOST;
    send_.cb.send = &executor::on_sent;
    receive_.op_attr_mask = fields | UCP_OP_ATTR_FIELD_RECV_INFO;
    receive_.memory_type = UCS_MEMORY_TYPE_HOST;
    receive_.cb.recv = &executor::on_received;
    receive_.recv_info.tag_info = &received_;

    const auto calls_made = static_cast<std::size_t>(
        std::ranges::count_if(program_.steps, [](const step& one) { return !computes(one.code); }));
    const std::size_t pitch = in_lines(request_bytes);
    const std::size_t slots = calls_made + 1;  // a spare one, see start
    request_memory_ = std::make_unique<std::byte[]>(slots * pitch + line_bytes);
    const auto address = reinterpret_cast<std::uintptr_t>(request_memory_.get());
    // UCP's request ends where the memory given to it begins.
    std::byte* at = request_memory_.get() + (in_lines(address) - address) + pitch;
    for (std::size_t i = 0; i < slots; ++i, at += pitch) {
        free_.push_back(at);
    }
    free_count_ = free_.size();
    for (const step& one : program_.steps) {
        endings_.push_back({this, one.first_successor, one.successor_count});
    }
}

void executor::begin() {
    if (under_way()) [[unlikely]] {
        throw error(exit_status::unfinished,
                    "ucx: an operation is executed again whose last execution has not ended");
    }
    ++execution_;
    std::ranges::copy(program_.prerequisites, waiting_.begin());
    ready_begin_ = ready_end_ = 0;
    computable_begin_ = 0;
    computable_end_ = program_.first_computed.size();
    std::ranges::copy(program_.first_computed, computable_.begin());
    void* spare = free_[--free_count_];
    for (const std::uint32_t index : program_.first) {
        spare = start(index, spare);
    }
    free_[free_count_++] = spare;
}

bool executor::advance() {
    while (true) {
        if (ready_begin_ != ready_end_) {
            void* spare = free_[--free_count_];
            do {
                spare = start(ready_[ready_begin_++], spare);
            } while (ready_begin_ != ready_end_);
            free_[free_count_++] = spare;
        }
        if (computable_begin_ != computable_end_) {
            compute(computable_[computable_begin_++]);
        } else if (awaited_count_ == 0 || !look_out()) {
            break;
        }
    }
    if (failure_ != UCS_OK) [[unlikely]] {
        fail();
    }
    return done();
}

inline ucs_status_ptr_t executor::call(const step& what) {
    // Most are these two; a jump by table would be dearer.
    if (what.code == opcode::send) [[likely]] {
        return ucp_.tag_send_nbx(what.peer, what.source, what.amount, what.tag, &send_);
    }
    if (what.code == opcode::receive) [[likely]] {
        return ucp_.tag_recv_nbx(worker_, what.target, what.amount, what.tag, UINT64_MAX,
                                 &receive_);
    }
    switch (what.code) {
        case opcode::put:
            return ucp_.put_nbx(what.peer, what.source, what.amount, address_of(what.target),
                                static_cast<ucp_rkey_h>(what.other), &send_);
        case opcode::get:
            return ucp_.get_nbx(what.peer, what.target, what.amount, address_of(what.source),
                                static_cast<ucp_rkey_h>(what.other), &send_);
        case opcode::signal:
            // A signal may also say that something has been read, and UCX orders what it writes
            // itself, not what the processor has read before.
            std::atomic_thread_fence(std::memory_order_release);
            if (const ucs_status_t status = ucp_.worker_fence(worker_); status != UCS_OK) {
                return UCS_STATUS_PTR(status);
            }
            return ucp_.put_nbx(what.peer, &execution_, sizeof execution_, address_of(what.target),
                                static_cast<ucp_rkey_h>(what.other), &send_);
        default: return ucp_.ep_flush_nbx(what.peer, &send_);
    }
}

/// Hands UCX the memory of `spare`, and returns what is the spare one then: most calls are done at
/// once and need it no longer. It is not among the free ones meanwhile, since a receive whose
/// message has come in all its parts is called back from within the call.
inline void* executor::start(std::uint32_t index, void* spare) {
    const step& what = program_.steps[index];
    ucp_request_param_t& parameters = what.code == opcode::receive ? receive_ : send_;
    parameters.request = spare;
    parameters.user_data = &endings_[index];
    const ucs_status_ptr_t request = call(what);
    if (UCS_PTR_IS_PTR(request)) {
        return free_[--free_count_];
    }
    if (request != nullptr) [[unlikely]] {
        failed(index, UCS_PTR_STATUS(request));
    }
    finished(endings_[index]);
    return spare;
}

inline void executor::release(void* request, const ending& of, ucs_status_t status) {
    free_[free_count_++] = request;
    if (status != UCS_OK) [[unlikely]] {
        failed(static_cast<std::uint32_t>(&of - endings_.data()), status);
    }
    finished(of);
}

void executor::failed(std::uint32_t index, ucs_status_t status) {
    failure_ = status;
    failed_step_ = index;
}

inline void executor::finished(const ending& of) {
    const std::uint32_t* next = program_.successors.data() + of.first_successor;
    for (const std::uint32_t* const end = next + of.successor_count; next != end; ++next) {
        const std::uint32_t follower = *next & ~successor_flags;
        if ((*next & only_successor) == 0 && --waiting_[follower] != 0) {
            continue;
        }
        if ((*next & computing_successor) != 0) {
            computable_[computable_end_++] = follower;
        } else {
            ready_[ready_end_++] = follower;
        }
    }
}

// Eight aligned bytes are written at once. The difference is signed: at first all words are 0.
inline bool executor::arrived(const step& what) const noexcept {
    const auto* const word = reinterpret_cast<const std::uint64_t*>(what.source);
    return static_cast<std::int64_t>(__atomic_load_n(word, __ATOMIC_ACQUIRE) + what.amount -
                                     execution_) >= 0;
}

/// True when some of the awaited signals have come, and their steps are finished.
bool executor::look_out() {
    bool found = false;
    for (int turn = 0; turn < looks && !found; ++turn) {
        for (std::size_t i = 0; i < awaited_count_;) {
            const std::uint32_t index = awaited_[i];
            if (!arrived(program_.steps[index])) {
                ++i;
                continue;
            }
            awaited_[i] = awaited_[--awaited_count_];
            finished(endings_[index]);
            found = true;
        }
    }
    heard_ |= found;
    return found;
}

void executor::compute(std::uint32_t index) {
    const step& what = program_.steps[index];
    const auto* const operand = static_cast<const std::byte*>(what.other);
    std::uint64_t bytes = what.amount * element_bytes_;
    if (what.code == opcode::reduce && what.target == what.source) [[likely]] {
        reduce_into(program_.type, program_.op, what.target, operand, what.amount);
    } else if (what.code == opcode::await) {
        if (arrived(what)) {
            finished(endings_[index]);
        } else {
            awaited_[awaited_count_++] = index;
        }
        return;
    } else if (what.code == opcode::copy) {
        bytes = what.amount;
        copy_bytes(what.target, what.source, bytes);
    } else {
        const std::array<std::byte*, 1> targets{what.target};
        const std::array<const std::byte*, 2> sources{what.source, operand};
        reduce_many(program_.type, program_.op, targets, sources, what.amount);
    }
    finished(endings_[index]);
    if (bytes >= long_step_bytes) {
        ucp_.worker_progress(worker_);
    }
}

void executor::on_sent(void* request, ucs_status_t status, void* user_data) {
    // `request` is what start gave to UCX as the request's memory.
    const ending& of = *static_cast<const ending*>(user_data);
    of.owner->release(request, of, status);
}

void executor::on_received(void* request, ucs_status_t status, const ucp_tag_recv_info_t*,
                           void* user_data) {
    on_sent(request, status, user_data);
}

void executor::fail() {
    throw ucx_error(name_of(program_.steps[failed_step_].code), failure_,
                    "the peer or the connection to it is gone");
}

}  // namespace railgauge::ucx
