// The memory of all ranks as the prover sees it: which contributions each block holds, and who
// touched it when.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/schedule/schedule.hpp"

namespace railgauge {

/// A schedule does not do what it must. The prover turns it into its result.
class proof_fault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

using vector_clock = std::vector<std::uint32_t>;

/// The rank that is at work, what it knows of all ranks' times, and which message it is at.
struct actor {
    std::int64_t rank = 0;
    const vector_clock* clock = nullptr;
    std::int32_t round = 0;
    std::int64_t iteration = 0;
    std::uint64_t message_id = 0;  ///< unique among all ranks' messages, from 1
};

/// Block `origin` of the input, summed over the ranks whose bit is set in `from`.
struct symbolic_value {
    static constexpr std::int64_t nothing = -1;
    std::int64_t origin = nothing;
    std::vector<std::uint64_t> from;

    [[nodiscard]] bool operator==(const symbolic_value&) const = default;
};

/// Which block, of which rank.
struct block_id {
    std::int64_t rank = 0;
    space where = space::input;
    std::int64_t block = 0;
};

/// "input block 3 of ranks 0 2 5", for messages.
[[nodiscard]] std::string describe(const symbolic_value& value);

class symbolic_memory {
public:
    /// Throws proof_fault where the numbers of blocks do not fit the kind.
    explicit symbolic_memory(const schedule& plan);

    /// Executes one move for `by`; throws proof_fault for a race, a contribution counted twice, an
    /// empty source, or memory that does not exist or may not be written.
    void apply(const block_move& one, std::int64_t sender, std::int64_t receiver, const actor& by);

    /// What is in a block; nullptr where the rank has no such block.
    [[nodiscard]] const symbolic_value* value_of(std::int64_t rank, space where,
                                                 std::int64_t block) const;

private:
    struct access {
        std::int64_t rank = 0;
        std::uint32_t time = 0;
        std::int32_t round = -1;  ///< -1: before the first
    };
    struct cell {
        bool exists = false;
        bool writable = false;
        symbolic_value value;
        access last_write;
        std::vector<access> reads;  ///< since the last write, the latest of each rank
        std::uint64_t read_by_message = 0;
        std::uint64_t written_by_message = 0;
    };

    [[nodiscard]] std::size_t index_of(std::int64_t rank, space where, std::int64_t block) const;
    void fill(std::int64_t rank);
    cell& touch(const block_id& name, const actor& by);
    void note_read(cell& one, const block_id& name, const actor& by);
    void note_write(cell& one, const block_id& name, const actor& by);

    const schedule& plan_;
    std::int64_t cells_of_rank_;
    std::vector<cell> cells_;
};

/// Whether a rank has the space: only the root has a broadcast's and a scatter's input, and a
/// reduction's and a gather's output; the last of an odd number takes no part in pairwise kinds.
[[nodiscard]] bool rank_has(const schedule& plan, std::int64_t rank, space where);

}  // namespace railgauge
