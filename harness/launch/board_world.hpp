// The world of the ranks of one host, which meet on a board.
#pragma once

#include <memory>
#include <string_view>

#include "harness/base/shared_segment.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/board_member.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// This process becomes `rank` of the board's ranks. Returns once every rank has attached.
/// `meeting` must be a literal: "forked", "mpi".
[[nodiscard]] std::unique_ptr<world> join_board(std::shared_ptr<board> where, int rank,
                                                std::string_view meeting);

/// A group of ranks of one host, whose exchange lies in `segment` (exchange::bytes_for(size)).
/// `place` is this rank's cell on the board.
[[nodiscard]] std::unique_ptr<world> make_board_group(std::shared_ptr<board> where, int place,
                                                      int rank, int size, shared_segment segment,
                                                      std::string_view meeting);

}  // namespace railgauge
