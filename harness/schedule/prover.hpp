// Proves a schedule right for all its ranks, without running it on data.
//
// The schedule is executed symbolically. What is assumed is only this: each rank works through its
// own messages in order, a send happens before its receive, sends do not block, and messages
// between two ranks arrive in order. Every access to a block carries the time of the rank that
// makes it, on that rank's vector clock (Fidge, Mattern, 1988): a receive without `put` reads the
// sender's memory when it is received, a send with `put` writes the receiver's memory when it is
// sent. Two accesses to one block, at least one of them a write, of which neither happens before
// the other, are a fault; without such a fault every interleaving gives the same result, so that
// one execution decides.
//
// Proven:
// - each rank ends with every contribution exactly once in every block of its output, and blocks
//   that are only copied are the right ones in the right places (a barrier: nobody leaves before
//   everybody has entered);
// - no block is overwritten while another rank may still read or write it, none is touched before
//   its rank has entered the operation and said so, and none is read before it holds something;
// - the input is never written, except where it is the output in place; blocks that a rank does not
//   have (the output of a reduction anywhere but at the root) are not touched;
// - no rank waits for ever, and every message is received in the round that sent it.
//
// Not proven, and for the executor to see to: a rank may not leave the operation, nor let its
// buffers be changed, before all that it sent has been received. An executor waits for
// acknowledgements at the end, or learns of them otherwise (harness/schedule/schedule.hpp).
//
// Costs O(messages x ranks + blocks moved x ranks / 64) in time; memory holds all ranks.
#pragma once

#include <string>
#include <vector>

#include "harness/schedule/schedule.hpp"

namespace railgauge {

struct proof_result {
    bool ok = false;
    std::string what;  ///< the first fault: rank, round, block and the other rank; empty where ok
};

[[nodiscard]] proof_result prove(const schedule& plan);

/// The same for given messages, one list for each rank, in place of messages_of: what an executor
/// with an order of its own does, or a planted mistake.
[[nodiscard]] proof_result prove(const schedule& plan,
                                 const std::vector<std::vector<message>>& messages);

}  // namespace railgauge
