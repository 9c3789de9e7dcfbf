#include "harness/launch/hosts.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/launch/board_world.hpp"
#include "harness/launch/hosts_world.hpp"
#include "harness/machine/build_info.hpp"

namespace railgauge {

namespace {

/// Of the time for starting, so that whoever waits for a host in vain says so before the monitor
/// finds him late.
constexpr double share_of_start = 0.9;

split_seat checked(host_seat& seat, const std::optional<tree_seat>& tree) {
    const auto local_size = static_cast<int>(seat.ranks_here.size());
    const bool fits = seat.local_size == local_size && seat.local_rank >= 0 &&
                      seat.local_rank < local_size && seat.host >= 0 && seat.host < seat.hosts &&
                      seat.ranks_here[static_cast<std::size_t>(seat.local_rank)] == seat.rank &&
                      std::is_sorted(seat.ranks_here.begin(), seat.ranks_here.end()) &&
                      seat.where->ranks() == local_size &&
                      tree.has_value() == (seat.local_rank == 0);
    if (!fits) {
        throw capability_error("rank " + std::to_string(seat.rank) +
                               " was given a seat among the hosts that cannot be: its meeting "
                               "counted ranks or hosts wrongly");
    }
    split_seat result;
    result.rank = seat.rank;
    result.size = seat.size;
    result.host = seat.host;
    result.hosts = seat.hosts;
    result.local_rank = seat.local_rank;
    result.ranks_here = std::move(seat.ranks_here);
    return result;
}

/// A leader that cannot join tells the hosts that it has reached already.
void tell_why(const board& where, int rank, const error& failure) {
    if (where.decided()) {
        return;
    }
    verdict found;
    found.status = failure.status();
    found.text = failure.what();
    found.rank = rank;
    found.failed_by_itself = true;
    // It may have reached nobody, so the word would be lost.
    found.tell_here = true;
    where.decide(found);
}

}  // namespace

std::unique_ptr<world> join_hosts(host_seat seat, std::optional<tree_seat> tree,
                                  std::string_view meeting) {
    if (seat.hosts == 1) {
        return join_board(std::move(seat.where), seat.local_rank, meeting);
    }
    const std::shared_ptr<board> where = seat.where;
    const int place = seat.local_rank;
    where->place_host(seat.host, seat.hosts, seat.host_name, seat.ranks_here);
    where->attach(place);
    const std::chrono::nanoseconds limit(
        static_cast<std::int64_t>(share_of_start * double(where->header().start_limit_ns)));
    const auto until = std::chrono::steady_clock::now() + limit;
    auto joined = std::make_unique<hosts_world>(
        where, place, checked(seat, tree), where->exchange_memory(), shared_segment{}, meeting);
    if (tree) {
        if (tree->version.empty()) {
            tree->version = this_build().version;
        }
        try {
            joined->join_tree(std::move(*tree), until);
        } catch (const job_ended_error&) {
            throw;
        } catch (const error& failure) {
            tell_why(*where, joined->rank(), failure);
            throw;
        }
    }
    joined->share_key();
    joined->barrier();
    return joined;
}

}  // namespace railgauge
