#include "harness/launch/forked.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>

#include "harness/base/error.hpp"
#include "harness/launch/board_world.hpp"
#include "harness/launch/process.hpp"
#include "harness/launch/rank_body.hpp"
#include "harness/launch/signals.hpp"

#ifdef RAILGAUGE_SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

namespace railgauge {

namespace {

constexpr timespec tick{0, 50'000'000};

/// Leaves without the parent's exit handlers and static destructors, which are the parent's to run,
/// but with what this rank wrote.
[[noreturn]] void leave(exit_status status) {
    std::fflush(nullptr);
    std::cout.flush();
    std::cerr.flush();
    int code = static_cast<int>(status);
#ifdef RAILGAUGE_SANITIZED
    // _exit skips the leak check that the end of a process makes.
    if (__lsan_do_recoverable_leak_check() != 0) {
        code = 23;
    }
#endif
    ::_exit(code);
}

/// The parent's side of a job.
class forked_job {
public:
    forked_job(const forked_options& options, const std::function<exit_status(world&)>& body)
        : options_(options),
          body_(body),
          board_(board::create(options.ranks, options.limits)),
          monitor_(board_),
          interrupts_(board_->header().interrupted, interrupt_role::watcher) {
        // Blocked, so that sigtimedwait wakes at once when a rank ends.
        sigemptyset(&child_signal_);
        sigaddset(&child_signal_, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &child_signal_, &mask_before_);
    }
    ~forked_job() {
        end_all();
        ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    }
    forked_job(const forked_job&) = delete;
    forked_job& operator=(const forked_job&) = delete;

    void start();
    forked_result watch();

private:
    [[noreturn]] void run_child(int rank, pid_t parent);
    void reap(int flags);
    void end_all();
    void end_by(verdict why);
    void act_on_interrupts();
    [[nodiscard]] exit_status overall();

    const forked_options& options_;
    const std::function<exit_status(world&)>& body_;
    std::shared_ptr<board> board_;
    monitor monitor_;
    descendant_guard descendants_;
    interrupt_guard interrupts_;
    sigset_t child_signal_{};
    sigset_t mask_before_{};
    forked_result result_;
    std::size_t running_ = 0;
    std::int64_t kill_at_ns_ = 0;  ///< 0: nobody is to be killed
};

void forked_job::start() {
    // What the parent has not written yet would be written by every child as well.
    std::fflush(nullptr);
    std::cout.flush();
    const pid_t parent = ::getpid();
    for (int rank = 0; rank < options_.ranks; ++rank) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            run_child(rank, parent);
        }
        if (pid < 0) {
            const int cause = errno;
            throw system_error("fork of rank " + std::to_string(rank), cause,
                               "raise the limit on processes (ulimit -u) or use fewer ranks");
        }
        board_->cell(rank).pid.store(pid);
        result_.ranks.push_back({pid});
        ++running_;
    }
}

void forked_job::run_child(int rank, pid_t parent) {
    die_with(parent);
    const interrupt_guard follow(board_->header().interrupted, interrupt_role::rank);
    ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    leave(run_rank_body(board_, rank, "forked", body_).status);
}

void forked_job::reap(int flags) {
    for (std::size_t rank = 0; rank < result_.ranks.size(); ++rank) {
        rank_outcome& outcome = result_.ranks[rank];
        int status = 0;
        if (outcome.exit_code >= 0 || outcome.signal != 0 ||
            ::waitpid(outcome.pid, &status, flags) != outcome.pid) {
            continue;
        }
        outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        monitor_.note_exit(static_cast<int>(rank), status);
        --running_;
    }
}

void forked_job::end_all() {
    for (const rank_outcome& outcome : result_.ranks) {
        // Not reaped yet, so the pid is still this rank's.
        if (outcome.exit_code < 0 && outcome.signal == 0) {
            ::kill(outcome.pid, SIGKILL);
        }
    }
    while (running_ > 0) {
        reap(0);
    }
}

void forked_job::end_by(verdict why) {
    const std::int64_t grace_ns =
        why.failed_by_itself ? std::chrono::nanoseconds(leaving_grace).count() : 0;
    kill_at_ns_ = monotonic_ns() + grace_ns;
    result_.ended_by = std::move(why);
}

void forked_job::act_on_interrupts() {
    result_.interrupted = board_->header().interrupted.load() != 0;
    if (interrupts_.insisted(monotonic_ns()) && !result_.ended_by) {
        verdict why;
        why.text = "interrupted twice: the ranks were ended at once";
        board_->decide(why.status, why.text);
        end_by(std::move(why));
    }
}

exit_status forked_job::overall() {
    exit_status status = exit_status::fine;
    for (std::size_t rank = 0; rank < result_.ranks.size() && !result_.ended_by; ++rank) {
        const rank_outcome& outcome = result_.ranks[rank];
        const auto published = board_->cell(static_cast<int>(rank)).status.load();
        if (outcome.exit_code != published) {
            verdict why;
            why.text = "rank " + std::to_string(rank) + " ended with " +
                       (outcome.signal != 0 ? "signal " + std::to_string(outcome.signal)
                                            : "status " + std::to_string(outcome.exit_code)) +
                       " after its work was done";
            why.rank = static_cast<int>(rank);
            why.where = phase::finished;
            result_.ended_by = std::move(why);
        } else if (status == exit_status::fine) {
            status = static_cast<exit_status>(published);
        }
    }
    return result_.ended_by ? result_.ended_by->status : status;
}

forked_result forked_job::watch() {
    while (running_ > 0) {
        // Returns at once when a rank has ended, and when a signal of the user's arrives.
        (void)::sigtimedwait(&child_signal_, nullptr, &tick);
        reap(WNOHANG);
        if (auto found = monitor_.look(); found && !result_.ended_by) {
            end_by(std::move(*found));
        }
        act_on_interrupts();
        if (kill_at_ns_ != 0 && monotonic_ns() >= kill_at_ns_) {
            end_all();
        }
        if (options_.on_tick) {
            options_.on_tick();
        }
    }
    // A rank may have died as the last one.
    if (auto found = monitor_.look(); found && !result_.ended_by) {
        result_.ended_by = std::move(*found);
    }
    result_.status = overall();
    return std::move(result_);
}

}  // namespace

forked_result run_forked(const forked_options& options,
                         const std::function<exit_status(world&)>& body) {
    forked_job job(options, body);
    job.start();
    return job.watch();
}

}  // namespace railgauge
