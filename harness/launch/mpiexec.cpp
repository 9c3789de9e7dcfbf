#include "harness/launch/mpiexec.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "harness/base/error.hpp"
#include "harness/launch/launcher_process.hpp"
#include "harness/launch/mpi_meeting.hpp"
#include "harness/launch/mpiexec_command.hpp"
#include "harness/launch/process.hpp"
#include "harness/launch/signals.hpp"

namespace railgauge {

namespace {

constexpr timespec tick{0, 50'000'000};

/// What a launcher is given at least to clean up when its ranks have finished: Open MPI's takes
/// seconds on a busy machine, however short the steps of the ranks are.
constexpr std::chrono::nanoseconds launcher_grace = std::chrono::seconds(20);

/// The parent's side of a launcher and its ranks.
class launched_job {
public:
    explicit launched_job(const mpiexec_options& options)
        : options_(options),
          board_(board::create(options.ranks, options.limits)),
          monitor_(board_),
          interrupts_(board_->header().interrupted, interrupt_role::watcher) {
        sigemptyset(&child_signal_);
        sigaddset(&child_signal_, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &child_signal_, &mask_before_);
    }
    ~launched_job() {
        end_all();
        ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    }
    launched_job(const launched_job&) = delete;
    launched_job& operator=(const launched_job&) = delete;

    void start();
    mpiexec_result watch();

private:
    void look();
    void end_by(verdict why, std::int64_t grace_ns);
    void end_all();
    void judge_launcher();
    [[nodiscard]] bool everyone_finished() const;

    const mpiexec_options& options_;
    std::shared_ptr<board> board_;
    monitor monitor_;
    descendant_guard descendants_;
    interrupt_guard interrupts_;
    sigset_t child_signal_{};
    sigset_t mask_before_{};
    std::string launcher_;
    launcher_kind kind_ = launcher_kind::other;
    pid_t pid_ = -1;
    std::optional<int> ended_;  ///< the launcher's status, as waitpid gave it
    mpiexec_result result_;
    std::int64_t kill_at_ns_ = 0;      ///< 0: nobody is to be killed
    std::int64_t finished_at_ns_ = 0;  ///< when all ranks' work was found done
};

void launched_job::start() {
    const mpiexec_command command = require_mpiexec(options_.flavour);
    launcher_ = command.program;
    kind_ = command.kind;
    auto environment = options_.environment;
    environment.emplace_back(board_variable, board_->handle().text());
    pid_ = start_launcher(mpiexec_words(command, options_.ranks, {}, {}, options_.argv),
                          environment, mask_before_);
}

bool launched_job::everyone_finished() const {
    for (int rank = 0; rank < board_->ranks(); ++rank) {
        if (board_->cell(rank).state.load() != rank_state::finished) {
            return false;
        }
    }
    return true;
}

void launched_job::end_by(verdict why, std::int64_t grace_ns) {
    if (!result_.ended_by) {
        kill_at_ns_ = monotonic_ns() + grace_ns;
        result_.ended_by = std::move(why);
    }
}

void launched_job::end_all() {
    if (kind_ == launcher_kind::open_mpi && !ended_ && pid_ > 0) {
        // Left the time to see for itself and to remove its session folder. (A SIGTERM on top makes
        // version 4.1 crash.)
        monitor_.end_ranks();
        const std::int64_t until_ns = monotonic_ns() + 2'000'000'000;
        int status = 0;
        while (monotonic_ns() < until_ns && !ended_) {
            (void)::sigtimedwait(&child_signal_, nullptr, &tick);
            if (::waitpid(pid_, &status, WNOHANG) == pid_) {
                ended_ = status;
            }
        }
    }
    // The launcher first, so that it does not print about what it sees next.
    if (pid_ > 0 && !ended_) {
        ::kill(pid_, SIGKILL);
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        ended_ = status;
    }
    monitor_.end_ranks();
}

void launched_job::look() {
    if (auto found = monitor_.look()) {
        const bool grace = found->failed_by_itself;
        end_by(std::move(*found), grace ? std::chrono::nanoseconds(leaving_grace).count() : 0);
    }
    result_.interrupted = board_->header().interrupted.load() != 0;
    const std::int64_t now_ns = monotonic_ns();
    if (interrupts_.insisted(now_ns)) {
        verdict why;
        why.text = "interrupted twice: the ranks were ended at once";
        board_->decide(why.status, why.text);
        end_by(std::move(why), 0);
    }
    if (finished_at_ns_ == 0 && everyone_finished()) {
        finished_at_ns_ = now_ns;
    }
    const std::int64_t patience_ns = std::max(launcher_grace, options_.limits.step).count();
    if (finished_at_ns_ != 0 && now_ns - finished_at_ns_ > patience_ns) {
        verdict why;
        why.text = launcher_ + " did not end although all ranks have finished; it was ended";
        end_by(std::move(why), 0);
    }
}

void launched_job::judge_launcher() {
    if (result_.ended_by || (*ended_ == 0 && everyone_finished())) {
        return;
    }
    verdict why;
    const bool never_came = board_->cell(0).pid.load() == 0;
    why.status = never_came ? exit_status::cannot : exit_status::unfinished;
    why.text = launcher_ + (WIFSIGNALED(*ended_)
                                ? " was killed by signal " + std::to_string(WTERMSIG(*ended_))
                                : " ended with status " + std::to_string(WEXITSTATUS(*ended_)));
    why.text += never_came ? " before the ranks started; run it by hand to see why: " + launcher_ +
                                 " -n 2 true; where that works, MPI itself may not start: see "
                                 "dev-shm in railgauge doctor"
                : everyone_finished() ? " although all ranks have finished"
                                      : " before the ranks had finished";
    result_.ended_by = std::move(why);
}

mpiexec_result launched_job::watch() {
    while (!ended_) {
        (void)::sigtimedwait(&child_signal_, nullptr, &tick);
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            ended_ = status;
        }
        look();
        if (kill_at_ns_ != 0 && monotonic_ns() >= kill_at_ns_) {
            end_all();
        }
        if (options_.on_tick) {
            options_.on_tick();
        }
    }
    judge_launcher();
    if (result_.ended_by) {
        result_.status = result_.ended_by->status;
        return std::move(result_);
    }
    for (int rank = 0; rank < board_->ranks() && result_.status == exit_status::fine; ++rank) {
        result_.status = static_cast<exit_status>(board_->cell(rank).status.load());
    }
    return std::move(result_);
}

}  // namespace

mpiexec_result run_mpiexec(const mpiexec_options& options) {
    launched_job job(options);
    job.start();
    return job.watch();
}

}  // namespace railgauge
