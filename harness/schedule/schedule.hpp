// A collective algorithm as data: a sequence of rounds, each of them a pattern of peers and the
// blocks that move along it. The description is O(rounds), whatever the number of ranks.
//
// What a schedule means. Ranks 0 .. n-1 run the rounds in order, a round `repeat` times (its
// iteration i counts from 0). In one iteration a rank first makes all its sends, in the order of
// the pattern, then all its receives, in the order of the pattern; in patterns that relay it
// receives first, so that a block passes through all of a chain or a tree in one iteration, and the
// next block follows behind it in the next. A send tells one peer that the
// blocks of the round are ready in the sender's memory; the receiver copies or reduces them out of
// the sender's memory when it receives ("pull": so the sender must not change them until it knows
// that the receiver has them). In a round with `put`, the sender writes into the receiver's memory
// when it sends (so the receiver must have told the sender before that the target is free).
// Messages between two ranks are received in the order they were sent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/operation_kind.hpp"

namespace railgauge {

/// Where a block lies in a rank's memory. In place, input and output overlap as
/// backends/operation_spec.hpp says.
enum class space : std::uint8_t { input, output, scratch };

/// An index that depends on who and when:
///   (sender x S + receiver x R + root x T + iteration x I + constant) mod `modulus`, rounded down
///   to a multiple of `align`, + lane of the sender x SL + lane of the receiver x RL.
/// The multipliers are small but for the last two; sender and receiver are equal in a local move.
/// A rank's lane is its number within its host (its rail), from 0 to ranks_per_host - 1.
struct index_expression {
    int sender = 0;
    int receiver = 0;
    int root = 0;
    std::int64_t iteration = 0;
    std::int64_t constant = 0;
    std::int64_t align = 1;
    std::int64_t modulus = 0;  ///< 0: n
    bool by_host = false;      ///< sender, receiver and root stand for the numbers of their hosts
    std::int64_t sender_lane = 0;
    std::int64_t receiver_lane = 0;
};

/// `count` blocks from `first` on, each `stride` after the last, wrapping at the number of blocks
/// of the space (for scratch that holds more than n blocks at n, unless `first` has a modulus of
/// its own); then `base` is added, which addresses scratch beyond the first n blocks. With `bit` >=
/// 0 only those whose offset from `first` has that bit set, or, with `bit_clear`, only those where
/// it is clear (Bruck's all_to_all).
struct block_range {
    index_expression first{};
    std::int64_t count = 1;
    std::int64_t stride = 1;
    int bit = -1;
    bool bit_clear = false;
    std::int64_t base = 0;
};

enum class action : std::uint8_t {
    copy,    ///< target = source
    reduce,  ///< target = target (op) source
};

/// Which messages of a round a move belongs to. Rooted operations need it: only the root has an
/// input (broadcast, scatter) or an output (reduce, gather). In patterns of two trees a leaf, which
/// sums nothing, offers its input as it is.
enum class condition : std::uint8_t {
    always,
    from_root,
    not_from_root,
    to_root,
    not_to_root,
    from_leaf,
    not_from_leaf,
};

/// Blocks that go from the sender's `source` range to the receiver's `target` range, pairwise in
/// order. Both ranges name equally many blocks. No block that a message writes is read by another
/// move of the same message, so an executor may join and order pieces as it likes.
struct move {
    space source_space = space::input;
    block_range source{};
    space target_space = space::output;
    block_range target{};
    action what = action::copy;
    condition when = condition::always;
    condition and_when = condition::always;  ///< both conditions must hold
    /// Scratch to scratch: scratch block b + base holds block b of the message, and is as long.
    bool keeps_number = false;
    bool in_subtree = false;  ///< tree patterns: only as many blocks as the child's subtree has
                              ///< ranks: at most n - v, v being the child's number from the root
};

/// Among whom a pattern runs. Within it, n, r and root stand for the number of members, a member's
/// number, and the root's: that of its lane within a host, that of its host along a rail.
enum class scope : std::uint8_t {
    all,
    host,       ///< the ranks of each host among themselves
    root_host,  ///< the same, on the root's host only
    rail,       ///< the ranks with the same lane, one a host
};

/// Who sends to whom. Distances are taken modulo n where the pattern wraps.
///
/// The two trees (Sanders, Speck, Traeff, "Two-tree algorithms for full bandwidth broadcast,
/// reduction and scan", 2009) have the root above and the other ranks in the inner nodes of one of
/// them at most. Iteration i runs along the first where i is even, along the second where odd.
enum class pattern_kind : std::uint8_t {
    self,       ///< each rank (the first `core` ones where core > 0) to itself: a local move
    self_root,  ///< the root to itself
    self_tree,  ///< v = r - root mod n: those with v mod 2 distance = 0 to themselves
    shift,      ///< r to r + distance + step x iteration, mod n (nothing where that is r)
    exchange,   ///< r to r xor distance, among the first `core` ranks
    fold_in,    ///< r >= core to r - core
    fold_out,   ///< r < n - core to r + core
    tree_up,    ///< v = r - root mod n: v to v - distance where v mod 2 distance = distance
    tree_down,  ///< v to v + distance where v mod 2 distance = 0 and v + distance < n
    everyone,   ///< r to r+1, r+2, ... r+n-1 (mod n): each to all others
    to_root,    ///< root+1, root+2, ... (mod n) to the root, which receives in this order
    from_root,  ///< the root to root+1, root+2, ... (mod n)
    even_odd,   ///< r even to r + 1, where that exists
    odd_even,   ///< r odd to r - 1

    // These relay.
    chain,           ///< v = r - root mod n: v to v + 1 where v + 1 < n
    two_trees_up,    ///< v to its parent in the iteration's tree
    two_trees_down,  ///< v to its children in the iteration's tree

    two_trees_self,  ///< those with children in the iteration's tree to themselves
};

struct pattern {
    pattern_kind kind = pattern_kind::shift;
    std::int64_t distance = 1;
    std::int64_t step = 0;
    std::int64_t core = 0;
    scope among = scope::all;
};

struct round {
    pattern peers{};
    std::vector<move> moves{};  ///< empty: only the message "I am here"
    std::int64_t repeat = 1;
    bool put = false;
};

/// How many blocks a space holds: one for each rank, one for each of the largest power of two of
/// ranks (halving-doubling), one for each segment of a pipeline, or a single one.
///
/// What a block is: all_reduce, broadcast, reduce, send_recv, ping_pong and bidirectional cut their
/// message evenly into input_blocks = output_blocks blocks (even_blocks in compile.hpp); in the
/// other kinds a space with one block holds a rank's own contribution or share, and one with n
/// blocks the blocks of all ranks, in the order of ranks. A scratch block can hold any of these: it
/// is as large as the largest of them. What it holds is as long as the input or output block at the
/// other end of the move; scratch moves to scratch only where all blocks are of one size, or with
/// `keeps_number`.
///
/// In place (see backends/operation_spec.hpp), the output block and the input block that coincide
/// are one block here too. As in MPI and NCCL, only what belongs to the output is ever written:
/// in place, reduce_scatter and scatter keep the other blocks of the input.
///
/// When an operation ends, peers may still be about to read a rank's buffers. An executor must not
/// return before it knows that all its messages were received (those without `put` at least: the
/// data of the others has left with the send).
struct schedule {
    operation_kind kind = operation_kind::all_reduce;
    std::string algorithm{};
    std::int64_t ranks = 1;
    std::int64_t root = 0;
    std::int64_t ranks_per_host = 1;  ///< divides `ranks`; rank r is on host r / ranks_per_host
    bool in_place = false;
    std::int64_t input_blocks = 1;
    std::int64_t output_blocks = 1;
    std::int64_t scratch_blocks = 0;
    std::vector<round> rounds{};
};

/// One message of a rank, in the order of execution.
struct message {
    enum class direction : std::uint8_t { local, send, receive };
    direction way = direction::local;
    bool put = false;
    std::int64_t peer = 0;   ///< the rank itself for local
    std::int32_t round = 0;  ///< index into schedule::rounds
    std::int64_t iteration = 0;
};

/// One block's move, resolved to block indices; from `source_space` of the sender to
/// `target_space` of the receiver.
struct block_move {
    space source_space;
    std::int64_t source_block;
    space target_space;
    std::int64_t target_block;
    action what;
    std::int64_t number = -1;  ///< the message block that this is as long as; -1: its ends tell
};

/// The messages of `rank`, in order. O(messages of this rank).
[[nodiscard]] std::vector<message> messages_of(const schedule& plan, std::int64_t rank);

/// The block moves of a message that `sender` sends to `receiver` (equal for a local one). Empty
/// for a message that moves nothing. O(blocks moved).
[[nodiscard]] std::vector<block_move> moves_of(const schedule& plan, const round& step,
                                               std::int64_t iteration, std::int64_t sender,
                                               std::int64_t receiver);

}  // namespace railgauge
