// An operation as the copies that one rank queues.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/backend.hpp"

namespace railgauge::cuda {

/// Who moves the bytes: a copy engine (cudaMemcpyAsync) or multiprocessors (launch_copy); and,
/// where both ends could do it, which one does: the rank that has the data writes them, or the rank
/// that gets them reads them.
struct copy_method {
    bool by_processors = false;
    bool reads = false;

    friend bool operator==(const copy_method&, const copy_method&) = default;
};

/// Names of methods for a kind, the default first; empty where nothing is copied. "copy_engine" and
/// "sm", and for kinds that say nothing about who does it "copy_engine_read" and "sm_read" too.
[[nodiscard]] std::vector<std::string> copy_methods(operation_kind kind);

/// An empty name is the default; nothing where the kind has no such method.
[[nodiscard]] std::optional<copy_method> method_from(operation_kind kind, std::string_view name);

/// A stretch of one rank's buffer; in place, all are in `input`.
struct place {
    int rank = 0;
    buffer_role of = buffer_role::input;
    std::uint64_t offset = 0;  ///< bytes from the buffer's first
};

struct transfer {
    place from;
    place to;
    std::uint64_t bytes = 0;
    int lane = 0;
};

/// Copies of one lane run one after the other, lanes at the same time.
struct copy_plan {
    std::vector<transfer> transfers;
    int lanes = 1;
    copy_method how;

    /// The most copies that one lane has.
    [[nodiscard]] int longest_lane() const;
};

/// More streams than this at once help nobody: peers beyond it share lanes.
inline constexpr int most_lanes = 16;

/// What `rank` queues for a spec that cuda_supports allows and copy_methods has methods for: its
/// own copies as writer, or those of others' data as reader, each peer in a lane of its own,
/// beginning with itself and then the next rank, so that ranks do not all begin with the same one.
[[nodiscard]] copy_plan make_copy_plan(const operation_spec& spec, int rank, int ranks);

}  // namespace railgauge::cuda
