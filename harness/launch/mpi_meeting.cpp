#include "harness/launch/mpi_meeting.hpp"

#include <signal.h>
#include <sys/prctl.h>

#include <chrono>
#include <cstdlib>
#include <numeric>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/launch/assembly.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/met_work.hpp"
#include "harness/launch/rank_body.hpp"
#include "harness/launch/signals.hpp"

namespace railgauge {

namespace {

/// Rank 0's words with the others, carried by MPI.
class mpi_assembly final : public assembly {
public:
    explicit mpi_assembly(mpi_library& mpi) : mpi_(mpi) {}

    [[nodiscard]] int rank() const override { return mpi_.rank(); }
    [[nodiscard]] int size() const override { return mpi_.size(); }
    [[nodiscard]] std::string consult(const std::string& mine, const chair& answer) override;

private:
    [[nodiscard]] std::vector<std::string> gather(const std::string& mine);
    [[nodiscard]] std::string scatter(const std::vector<std::string>& all);

    mpi_library& mpi_;
};

std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::vector<std::string> mpi_assembly::gather(const std::string& mine) {
    const bool root = mpi_.rank() == 0;
    const auto count = root ? static_cast<std::size_t>(mpi_.size()) : 0;
    const std::vector<int> each(count, sizeof(int));
    std::vector<int> sizes(count);
    const int size = static_cast<int>(mine.size());
    mpi_.gather(std::as_bytes(std::span(&size, 1)), std::as_writable_bytes(std::span(sizes)), each,
                0);
    std::string all(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}), '\0');
    mpi_.gather(bytes_of(mine), std::as_writable_bytes(std::span(all.data(), all.size())), sizes,
                0);
    std::vector<std::string> parts;
    std::size_t at = 0;
    for (const int length : sizes) {
        parts.push_back(all.substr(at, static_cast<std::size_t>(length)));
        at += static_cast<std::size_t>(length);
    }
    return parts;
}

std::string mpi_assembly::scatter(const std::vector<std::string>& all) {
    std::vector<int> sizes;
    std::string joined;
    for (const std::string& part : all) {
        sizes.push_back(static_cast<int>(part.size()));
        joined += part;
    }
    const std::vector<int> each(sizes.size(), sizeof(int));
    int size = 0;
    mpi_.scatter(std::as_bytes(std::span(sizes)), each, std::as_writable_bytes(std::span(&size, 1)),
                 0);
    std::string mine(static_cast<std::size_t>(size), '\0');
    mpi_.scatter(bytes_of(joined), sizes,
                 std::as_writable_bytes(std::span(mine.data(), mine.size())), 0);
    return mine;
}

std::string mpi_assembly::consult(const std::string& mine, const chair& answer) {
    const std::vector<std::string> messages = gather(mine);
    return open_reply(
        scatter(mpi_.rank() == 0 ? sealed_replies(answer, messages) : std::vector<std::string>()));
}

/// One rank's way through the job; the members are what it has got hold of so far.
class mpi_rank {
public:
    mpi_rank(mpi_library& mpi, const mpi_meeting_options& options)
        : mpi_(mpi), options_(options), launcher_(read_launcher_environment()) {}

    mpi_rank_result run(const verdict_actions& actions,
                        const std::function<exit_status(world&)>& body);

private:
    void find_parents_board();
    void meet();
    mpi_rank_result work(const verdict_actions& actions,
                         const std::function<exit_status(world&)>& body);
    rank_ending work_for_parent(const std::function<exit_status(world&)>& body);
    mpi_rank_result failed_to_meet(const error& failure);

    mpi_library& mpi_;
    const mpi_meeting_options& options_;
    launcher_environment launcher_;
    std::shared_ptr<board> board_;  ///< a parent's
    met_ranks met_;
    bool watched_by_parent_ = false;
    int rank_ = -1;
};

void mpi_rank::find_parents_board() {
    const char* text = std::getenv(board_variable);
    if (text == nullptr) {
        return;
    }
    board_ = board::open(segment_handle::from_text(text));
    watched_by_parent_ = true;
    // The launcher's own process started us; when it is killed, so are we.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (launcher_.rank && *launcher_.rank < board_->ranks()) {
        // From now on the parent sees it when this rank dies, also within MPI_Init.
        rank_ = *launcher_.rank;
        board_->attach(rank_);
    }
}

void mpi_rank::meet() {
    mpi_.initialise();
    require_matching_mpi(launcher_, mpi_.version(), mpi_.size());
    mpi_assembly ranks(mpi_);
    meeting_wishes wishes;
    wishes.limits = options_.limits;
    wishes.version = options_.version;
    wishes.management = options_.management;
    seat_finding finding(ranks, std::move(wishes));
    const host_seat& seat = finding.find_seat();
    if (!watched_by_parent_) {
        met_ = finding.share_boards();
        rank_ = met_.seat.local_rank;
        if (met_.seat.rank == 0 && options_.on_met) {
            options_.on_met(met_.hosts);
        }
        return;
    }
    if (board_->ranks() != mpi_.size()) {
        throw capability_error("mpiexec was asked for " + std::to_string(board_->ranks()) +
                               " ranks and started " + std::to_string(mpi_.size()));
    }
    if (seat.hosts != 1) {
        throw capability_error(
            "mpiexec put the ranks on " + std::to_string(seat.hosts) +
            " hosts: name them with --hosts, so that each host's ranks are watched there");
    }
    rank_ = mpi_.rank();
}

mpi_rank_result mpi_rank::failed_to_meet(const error& failure) {
    if (watched_by_parent_ && rank_ >= 0) {
        board_->fail(rank_, failure.status(), failure.what());
        return {};
    }
    mpi_rank_result result;
    result.status = failure.status();
    // Of processes that do not know each other only the launcher can say which is the first.
    const int number = launcher_.rank.value_or(mpi_.initialised() ? mpi_.rank() : 0);
    if (number == 0) {
        result.failure = failure.what();
    } else {
        // A launcher ends the other ranks as soon as one has left: the first one speaks before.
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    return result;
}

rank_ending mpi_rank::work_for_parent(const std::function<exit_status(world&)>& body) {
    const interrupt_guard follow(board_->header().interrupted, interrupt_role::mpi_rank);
    return run_rank_body(board_, rank_, "mpi", body);
}

mpi_rank_result mpi_rank::work(const verdict_actions& actions,
                               const std::function<exit_status(world&)>& body) {
    const auto whole = [&](world& ranks) {
        const exit_status status = body(ranks);
        // Within the watched part, since this waits for the other ranks as well.
        ranks.enter(phase::finished, -1);
        mpi_.finalise();
        return status;
    };
    const rank_ending ending = watched_by_parent_
                                   ? work_for_parent(whole)
                                   : work_watched(std::move(met_), "mpi", actions, whole);
    mpi_rank_result result;
    result.status = watched_by_parent_ ? exit_status::fine : ending.status;
    result.finalised = !ending.threw;
    return result;
}

mpi_rank_result mpi_rank::run(const verdict_actions& actions,
                              const std::function<exit_status(world&)>& body) {
    try {
        find_parents_board();
        meet();
    } catch (const error& failure) {
        return failed_to_meet(failure);
    } catch (const std::exception& failure) {
        return failed_to_meet(capability_error(failure.what()));
    }
    return work(actions, body);
}

}  // namespace

mpi_rank_result run_mpi_rank(mpi_library& mpi, const mpi_meeting_options& options,
                             const verdict_actions& actions,
                             const std::function<exit_status(world&)>& body) {
    return mpi_rank(mpi, options).run(actions, body);
}

}  // namespace railgauge
