// Writes a program step by step, in the order in which one thread would run them; what really has
// to wait for what follows from the memory that they touch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "harness/backends/ucx/access_map.hpp"
#include "harness/backends/ucx/program.hpp"

namespace railgauge::ucx {

/// Local copies are put off: who reads the copy is given the original, a reduction onto it takes
/// the original as its operand, and what is left of it is copied at the end, while messages are
/// under way.
class program_writer {
public:
    /// `bounce`: where data that is to be reduced arrives, in equal slots that are used in turn.
    program_writer(dtype type, redop op, std::span<std::byte> bounce, std::size_t slot_bytes);

    /// What returns a number returns that of the message's step, for `after`.
    std::uint32_t send(ucp_ep_h peer, ucp_tag_t tag, const std::byte* source, std::uint64_t bytes);
    std::uint32_t receive(ucp_tag_t tag, std::byte* target, std::uint64_t bytes);
    /// target = target (op) message; at most slot_bytes.
    std::uint32_t receive_reduce(ucp_tag_t tag, std::byte* target, std::uint64_t elements);
    void copy(std::byte* target, const std::byte* source, std::uint64_t bytes);
    void reduce(std::byte* target, const std::byte* source, std::uint64_t elements);
    std::uint32_t put(ucp_ep_h peer, const std::byte* source, std::uint64_t bytes,
                      std::byte* remote, ucp_rkey_h key);
    void get(ucp_ep_h peer, std::byte* target, std::uint64_t bytes, const std::byte* remote,
             ucp_rkey_h key);
    void flush(ucp_ep_h peer);
    /// After all steps before that read `bytes` from `begin` on, which the peer may then overwrite.
    std::uint32_t signal(ucp_ep_h peer, std::byte* remote, ucp_rkey_h key, std::byte* begin,
                         std::uint64_t bytes);
    /// Until `word` has the number of this execution less `behind` executions. What the peer has
    /// put to `begin` before that signal can be read after this step.
    std::uint32_t await(const std::byte* word, std::uint64_t behind, std::byte* begin,
                        std::uint64_t bytes);

    /// Step `later` also waits for step `earlier`.
    void after(std::uint32_t later, std::uint32_t earlier) { waits_for_[later].push_back(earlier); }

    /// What is written from now on (receives excepted: they may be announced early) waits for
    /// everything before.
    void order();

    /// Throws error where steps wait for each other in a circle.
    [[nodiscard]] program finish();

private:
    struct put_off {
        std::byte* target;
        const std::byte* source;
        std::uint64_t bytes;
    };

    std::uint32_t add(const step& what);
    void reads(std::uint32_t index, const std::byte* begin, std::uint64_t bytes);
    void writes(std::uint32_t index, const std::byte* begin, std::uint64_t bytes);
    [[nodiscard]] const std::byte* original_of(const std::byte* begin, std::uint64_t bytes);
    void about_to_write(const std::byte* begin, std::uint64_t bytes);
    void copy_now(const put_off& what);
    void add_reduce(std::byte* target, const std::byte* source, std::byte* operand,
                    std::uint64_t elements);

    program made_;
    std::size_t element_bytes_;
    std::span<std::byte> bounce_;
    std::size_t slot_bytes_;
    std::size_t next_slot_ = 0;
    /// Steps between the last two calls of order, and where the last was.
    std::uint32_t fence_begin_ = 0;
    std::uint32_t fence_end_ = 0;
    access_map accesses_;
    std::vector<put_off> put_off_;
    std::vector<std::vector<std::uint32_t>> waits_for_;
};

}  // namespace railgauge::ucx
