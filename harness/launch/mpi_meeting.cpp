#include "harness/launch/mpi_meeting.hpp"

#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/rank_body.hpp"
#include "harness/launch/signals.hpp"

namespace railgauge {

namespace {

/// What tells one host from another, and one container of it from the next.
struct host_identity {
    std::array<char, HOST_NAME_MAX + 1> name{};
    std::array<char, 40> boot_id{};
    std::uint64_t pid_namespace = 0;
};

host_identity this_host() {
    host_identity mine;
    ::gethostname(mine.name.data(), mine.name.size() - 1);
    std::ifstream("/proc/sys/kernel/random/boot_id").read(mine.boot_id.data(), 36);
    struct stat status {};
    mine.pid_namespace = ::stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0;
    return mine;
}

void require_one_host(mpi_library& mpi) {
    const host_identity mine = this_host();
    host_identity first = mine;
    mpi.broadcast(std::as_writable_bytes(std::span(&first, 1)), 0);
    const bool same_host = first.name == mine.name && first.boot_id == mine.boot_id;
    const bool same_container = first.pid_namespace == mine.pid_namespace;
    const auto answer = static_cast<std::byte>(!same_host ? 2 : (same_container ? 0 : 1));
    // Everyone must know, so that everyone leaves: the others would wait for ever.
    std::vector<std::byte> all(static_cast<std::size_t>(mpi.size()));
    mpi.all_gather(std::span(&answer, 1), all);
    const auto worst = std::max_element(all.begin(), all.end());
    if (*worst == std::byte{2}) {
        throw capability_error("rank " + std::to_string(worst - all.begin()) +
                               " is not on the host of rank 0 (" + first.name.data() +
                               "): ranks on several hosts come with the next transport; start "
                               "all ranks on one host");
    }
    if (*worst == std::byte{1}) {
        throw capability_error("rank " + std::to_string(worst - all.begin()) +
                               " is in another pid namespace than rank 0, so they cannot share "
                               "memory; start all ranks of a host in one container");
    }
}

/// One rank's way through the job; the members are what it has got hold of so far.
class mpi_rank {
public:
    mpi_rank(mpi_library& mpi, const board_limits& limits)
        : mpi_(mpi), limits_(limits), launcher_(read_launcher_environment()) {}

    mpi_rank_result run(const verdict_actions& actions,
                        const std::function<exit_status(world&)>& body);

private:
    void find_parents_board();
    void meet();
    mpi_rank_result work(const verdict_actions& actions,
                         const std::function<exit_status(world&)>& body);
    mpi_rank_result failed_to_meet(const error& failure);
    void await_the_telling() const;

    mpi_library& mpi_;
    const board_limits& limits_;
    launcher_environment launcher_;
    std::shared_ptr<board> board_;
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
    require_one_host(mpi_);
    if (watched_by_parent_) {
        if (board_->ranks() != mpi_.size()) {
            throw capability_error("mpiexec was asked for " + std::to_string(board_->ranks()) +
                                   " ranks and started " + std::to_string(mpi_.size()));
        }
        rank_ = mpi_.rank();
        return;
    }
    segment_handle handle;
    std::string cause = "rank 0 could not make the board of this host";
    if (mpi_.rank() == 0) {
        try {
            board_ = board::create(mpi_.size(), limits_);
            handle = board_->handle();
        } catch (const error& failure) {
            cause = failure.what();  // told to the others by an empty handle
        }
    }
    mpi_.broadcast(std::as_writable_bytes(std::span(&handle, 1)), 0);
    if (handle.pid < 0) {
        throw capability_error(cause);
    }
    if (!board_) {
        board_ = board::open(handle);
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
    result.failure = number == 0 ? failure.what() : "";
    return result;
}

void mpi_rank::await_the_telling() const {
    // A launcher kills all ranks once one has left without MPI_Finalize, also the one whose
    // monitor is about to write down why.
    const std::int64_t until_ns = monotonic_ns() + std::chrono::nanoseconds(leaving_grace).count();
    while (board_->header().verdict_told.load() == 0 && monotonic_ns() < until_ns) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

mpi_rank_result mpi_rank::work(const verdict_actions& actions,
                               const std::function<exit_status(world&)>& body) {
    std::optional<monitor_thread> watcher;
    if (!watched_by_parent_) {
        watcher.emplace(board_, rank_, actions);
    }
    const interrupt_guard follow(board_->header().interrupted, interrupt_role::mpi_rank);
    const rank_ending ending = run_rank_body(board_, rank_, "mpi", [&](world& ranks) {
        const exit_status status = body(ranks);
        // Within the watched part, since this waits for the other ranks as well.
        ranks.enter(phase::finished, -1);
        mpi_.finalise();
        return status;
    });
    if (ending.threw && !watched_by_parent_) {
        await_the_telling();
    }
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

mpi_rank_result run_mpi_rank(mpi_library& mpi, const board_limits& limits,
                             const verdict_actions& actions,
                             const std::function<exit_status(world&)>& body) {
    return mpi_rank(mpi, limits).run(actions, body);
}

}  // namespace railgauge
