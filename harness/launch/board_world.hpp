// The world of the ranks of one host, which meet on a board. It is a tree of one host: with more
// hosts, each host's local rank 0 is the one that passes its host's part on.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// Thrown out of a collective call when the job has been ended by a verdict (another rank failed,
/// say): the rank cleans up and leaves with the verdict's status.
class job_ended_error : public error {
public:
    job_ended_error(exit_status status, const std::string& text) : error(status, text) {}
};

/// This process becomes `rank` of the board's ranks. Returns once every rank has attached.
/// `meeting` must be a literal: "forked", "mpi".
[[nodiscard]] std::unique_ptr<world> join_board(std::shared_ptr<board> where, int rank,
                                                std::string_view meeting);

}  // namespace railgauge
