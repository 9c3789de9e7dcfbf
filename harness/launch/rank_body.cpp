#include "harness/launch/rank_body.hpp"

#include <utility>

#include "harness/base/error.hpp"
#include "harness/launch/board_world.hpp"

namespace railgauge {

namespace {

rank_ending run_joined(const std::shared_ptr<board>& where, int rank,
                       const std::function<std::unique_ptr<world>()>& join,
                       const std::function<exit_status(world&)>& body) noexcept {
    const auto failed = [&](exit_status status, const char* text) {
        where->fail(rank, status, text);
        return rank_ending{status, true, text};
    };
    // Outlives what is caught: a leader's world passes on why this rank failed.
    std::unique_ptr<world> ranks;
    try {
        ranks = join();
        const exit_status status = body(*ranks);
        where->finish(rank, status);
        return {status, false, {}};
    } catch (const job_ended_error& ended) {
        where->finish(rank, ended.status());
        return {ended.status(), true, {}};
    } catch (const error& failure) {
        return failed(failure.status(), failure.what());
    } catch (const std::bad_alloc&) {
        return failed(exit_status::cannot, "out of memory; use smaller sizes or fewer ranks");
    } catch (const std::exception& failure) {
        return failed(exit_status::cannot, failure.what());
    }
}

}  // namespace

rank_ending run_rank_body(const std::shared_ptr<board>& where, int rank, std::string_view meeting,
                          const std::function<exit_status(world&)>& body) noexcept {
    return run_joined(
        where, rank, [&] { return join_board(where, rank, meeting); }, body);
}

rank_ending run_rank_body(host_seat seat, std::optional<tree_seat> tree, std::string_view meeting,
                          const std::function<exit_status(world&)>& body) noexcept {
    const std::shared_ptr<board> where = seat.where;
    const int place = seat.local_rank;
    return run_joined(
        where, place, [&] { return join_hosts(std::move(seat), std::move(tree), meeting); }, body);
}

}  // namespace railgauge
