#include "tests/unit/launch/hosts_job.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <thread>

#include "harness/base/error.hpp"
#include "harness/base/shared_segment.hpp"
#include "harness/launch/monitor_thread.hpp"
#include "harness/launch/process.hpp"
#include "harness/launch/rank_body.hpp"

#ifdef RAILGAUGE_SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

namespace railgauge {

namespace {

/// What ranks tell, where the parent can read it.
struct told_words {
    std::atomic<std::uint32_t> count;
    std::array<std::array<char, 4096>, 8> text;
};

[[noreturn]] void leave(exit_status status) {
    std::fflush(nullptr);
#ifdef RAILGAUGE_SANITIZED
    if (__lsan_do_recoverable_leak_check() != 0) {
        ::_exit(23);
    }
#endif
    ::_exit(static_cast<int>(status));
}

/// The parent's side.
class player {
public:
    player(const hosts_plan& plan, const std::function<exit_status(world&)>& body)
        : plan_(plan), body_(body), secret_(job_secret::random()) {
        told_memory_ = shared_segment::create("told", sizeof(told_words));
        told_ = new (told_memory_.data()) told_words{};
        const auto hosts = static_cast<std::size_t>(
            *std::max_element(plan.host_of_rank.begin(), plan.host_of_rank.end()) + 1);
        ranks_of_.resize(hosts);
        for (std::size_t rank = 0; rank < plan.host_of_rank.size(); ++rank) {
            ranks_of_[std::size_t(plan.host_of_rank[rank])].push_back(std::int32_t(rank));
        }
        for (std::size_t host = 0; host < hosts; ++host) {
            boards_.push_back(board::create(int(ranks_of_[host].size()), plan.limits));
            listeners_.emplace_back("127.0.0." + std::to_string(10 + host));
            addresses_.push_back(listeners_.back().address());
        }
        if (plan.addresses != nullptr) {
            *plan.addresses = addresses_;
        }
    }

    played_job play();

private:
    [[noreturn]] void run_rank(int rank, pid_t parent);
    void reap();

    const hosts_plan& plan_;
    const std::function<exit_status(world&)>& body_;
    job_secret secret_;
    shared_segment told_memory_;
    told_words* told_;
    std::vector<std::vector<std::int32_t>> ranks_of_;
    std::vector<std::shared_ptr<board>> boards_;
    std::vector<tcp_listener> listeners_;
    std::vector<std::string> addresses_;
    played_job job_;
    std::size_t running_ = 0;
};

void player::run_rank(int rank, pid_t parent) {
    die_with(parent);
    const auto host = std::size_t(plan_.host_of_rank[std::size_t(rank)]);
    const std::vector<std::int32_t>& here = ranks_of_[host];
    host_seat seat;
    seat.rank = rank;
    seat.size = int(plan_.host_of_rank.size());
    seat.host = int(host);
    seat.hosts = int(ranks_of_.size());
    seat.local_rank = int(std::find(here.begin(), here.end(), rank) - here.begin());
    seat.local_size = int(here.size());
    seat.where = boards_[host];
    seat.ranks_here = here;
    seat.host_name = "node" + std::to_string(host);
    std::optional<tree_seat> tree;
    if (seat.local_rank == 0 && seat.hosts > 1) {
        tree = tree_seat{std::move(listeners_[host]),
                         host == 0 ? "" : addresses_[std::size_t(parent_of_host(int(host)))],
                         secret_, ""};
    }
    listeners_.clear();
    if (plan_.before_joining) {
        plan_.before_joining(seat, tree);
    }
    const verdict_actions actions{
        [this, host](const verdict& found) {
            const std::uint32_t mine = told_->count.fetch_add(1);
            if (mine < told_->text.size()) {
                copy_to_board(told_->text[mine], "node" + std::to_string(host) + ": " + found.text);
            }
        },
        leave};
    exit_status status = exit_status::fine;
    {
        const monitor_thread watcher(seat.where, seat.local_rank, actions);
        const std::shared_ptr<board> where = seat.where;
        const rank_ending ending =
            run_rank_body(std::move(seat), std::move(tree), "environment", body_);
        status = ending.status;
        if (ending.threw) {
            // The monitor is about to end this process; without it the status stands.
            std::this_thread::sleep_for(std::chrono::seconds(5));
        }
    }
    // What the parent's heap holds is the parent's to free; the process ends as a rank's does.
    leave(status);
}

void player::reap() {
    for (played_rank& each : job_.ranks) {
        int status = 0;
        if (each.exit_code >= 0 || each.signal != 0 ||
            ::waitpid(each.pid, &status, WNOHANG) != each.pid) {
            continue;
        }
        each.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        each.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        --running_;
    }
}

played_job player::play() {
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    for (std::size_t rank = 0; rank < plan_.host_of_rank.size(); ++rank) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            run_rank(int(rank), parent);
        }
        job_.ranks.push_back({pid});
        ++running_;
    }
    listeners_.clear();
    const auto until = std::chrono::steady_clock::now() + plan_.patience;
    while (running_ > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        reap();
        if (plan_.meanwhile) {
            plan_.meanwhile(boards_);
        }
        if (std::chrono::steady_clock::now() > until) {
            for (played_rank& each : job_.ranks) {
                if (each.exit_code < 0 && each.signal == 0) {
                    each.hung = true;
                    ::kill(each.pid, SIGKILL);
                }
            }
        }
    }
    for (std::uint32_t i = 0; i < std::min<std::uint32_t>(told_->count.load(), 8); ++i) {
        job_.told.emplace_back(told_->text[i].data());
    }
    for (const auto& each : boards_) {
        job_.notes.push_back(each->notes());
        job_.verdicts.push_back(each->decided() ? each->verdict_text() : "");
    }
    return std::move(job_);
}

}  // namespace

std::vector<int> blocks_of(int hosts, int each) {
    std::vector<int> result;
    for (int rank = 0; rank < hosts * each; ++rank) {
        result.push_back(rank / each);
    }
    return result;
}

std::vector<int> cyclic_over(int hosts, int each) {
    std::vector<int> result;
    for (int rank = 0; rank < hosts * each; ++rank) {
        result.push_back(rank % hosts);
    }
    return result;
}

played_job play(const hosts_plan& plan, const std::function<exit_status(world&)>& body) {
    return player(plan, body).play();
}

void expect_all(const played_job& job, int exit_code) {
    for (std::size_t rank = 0; rank < job.ranks.size(); ++rank) {
        const played_rank& each = job.ranks[rank];
        EXPECT_FALSE(each.hung) << "rank " << rank;
        EXPECT_EQ(each.exit_code, exit_code) << "rank " << rank << ", signal " << each.signal;
    }
    for (std::size_t host = 0; host < job.verdicts.size() && exit_code == 0; ++host) {
        EXPECT_EQ(job.verdicts[host], "") << "host " << host;
    }
}

void require(bool condition, const std::string& what) {
    if (!condition) {
        throw capability_error(what);
    }
}

}  // namespace railgauge
