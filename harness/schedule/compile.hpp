// A schedule compiled for one rank and one message: a flat list of transfers with offsets, which a
// backend executes from the first to the last.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/schedule/schedule.hpp"

namespace railgauge {

/// A contiguous range of elements in one space of one rank's memory.
struct extent {
    std::uint64_t offset = 0;
    std::uint64_t count = 0;
};

/// Where block `block` of `where` lies in the memory of rank `rank`. Blocks may be empty. For
/// scratch, `count` is the largest size that a block has, and blocks must not overlap.
using block_layout = std::function<extent(space where, std::int64_t rank, std::int64_t block)>;

/// The layout that cuts `count` elements evenly into `blocks` blocks (the first ones one element
/// longer), the same in every rank and in input and output. In scratch every block has the size of
/// the longest one. For the kinds whose count is the whole message, with blocks = the schedule's
/// input_blocks. Throws usage_error for blocks < 1.
[[nodiscard]] block_layout even_blocks(std::uint64_t count, std::int64_t blocks);

/// The layout whose blocks all have `count` elements: for the kinds whose count is one rank's share
/// (all_gather, reduce_scatter, gather, scatter, all_to_all).
[[nodiscard]] block_layout equal_blocks(std::uint64_t count);

/// One contiguous piece of one message. The pieces of a message stand together; the last carries
/// `ends_message`. A message that moves nothing is one piece of count 0.
struct transfer {
    message::direction way = message::direction::local;
    bool put = false;  ///< send: write into the peer's memory; receive: the data is already here
    bool ends_message = false;
    action what = action::copy;
    space source_space = space::input;   ///< in the sender's memory
    space target_space = space::output;  ///< in the receiver's memory
    std::int32_t peer = 0;
    std::int32_t round = 0;
    std::uint64_t source_offset = 0;
    std::uint64_t target_offset = 0;
    std::uint64_t count = 0;
};

/// The transfers of `rank`, in order; neighbouring pieces of a message are joined, empty ones
/// dropped (unless the message would vanish: both sides count messages). Sender and receiver of a
/// message get the same pieces in the same order, so a two-sided transport can pair them one to
/// one. Empty local messages are dropped. O(messages and blocks moved of this rank).
[[nodiscard]] std::vector<transfer> compile(const schedule& plan, std::int64_t rank,
                                            const block_layout& layout);

/// Elements of scratch that `rank` needs: the end of its furthest scratch block.
[[nodiscard]] std::uint64_t scratch_elements(const schedule& plan, std::int64_t rank,
                                             const block_layout& layout);

}  // namespace railgauge
