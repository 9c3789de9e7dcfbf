// What every rank does, however it came to be: join the board, work, and say how it ended.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "harness/launch/board.hpp"
#include "harness/launch/hosts.hpp"

namespace railgauge {

struct rank_ending {
    exit_status status = exit_status::fine;
    bool threw = false;   ///< this rank failed, or left because another one did
    std::string failure;  ///< what this rank threw; empty where another one is to blame
};

/// Runs `body` with the world of `where`; its result or its exception goes onto the board.
[[nodiscard]] rank_ending run_rank_body(const std::shared_ptr<board>& where, int rank,
                                        std::string_view meeting,
                                        const std::function<exit_status(world&)>& body) noexcept;

/// The same with the world that join_hosts makes of `seat` and `tree`.
[[nodiscard]] rank_ending run_rank_body(host_seat seat, std::optional<tree_seat> tree,
                                        std::string_view meeting,
                                        const std::function<exit_status(world&)>& body) noexcept;

}  // namespace railgauge
