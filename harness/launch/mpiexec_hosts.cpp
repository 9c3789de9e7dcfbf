#include "harness/launch/mpiexec_hosts.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/host_identity.hpp"
#include "harness/launch/launcher_process.hpp"
#include "harness/launch/management.hpp"
#include "harness/launch/mpiexec_command.hpp"
#include "harness/launch/process.hpp"
#include "harness/launch/roll_call.hpp"
#include "harness/launch/seats.hpp"
#include "harness/launch/signals.hpp"

namespace railgauge {

namespace {

constexpr timespec tick{0, 50'000'000};
/// For ranks on all hosts to stop in good order and a launcher to clean up behind them.
constexpr std::int64_t leaving_ns = 3'000'000'000;

/// From the moment that rank 0 has left, for the other ranks and the launcher: MPI's and the
/// launchers' own ends take seconds on a busy machine.
constexpr std::int64_t end_limit_ns = 20'000'000'000;

/// The launcher is gone: whatever it said, nobody else will come.
class launcher_ended : public std::exception {};

/// The guests of a roll call count from 1, the job's ranks from 0.
std::string list_of_job_ranks(std::vector<std::int32_t> guests) {
    for (std::int32_t& each : guests) {
        --each;
    }
    return list_of_ranks(guests);
}

class job_on_hosts {
public:
    explicit job_on_hosts(const mpiexec_hosts_options& options)
        : options_(options),
          command_(require_mpiexec(options.flavour)),
          ranks_(total_ranks(options.hosts)),
          interrupts_(interrupted_, interrupt_role::watcher) {}
    ~job_on_hosts() { end_launcher(); }
    job_on_hosts(const job_on_hosts&) = delete;
    job_on_hosts& operator=(const job_on_hosts&) = delete;

    mpiexec_hosts_result run();

private:
    [[nodiscard]] std::unique_ptr<tcp_chair> listen();
    void start();
    void look();
    void see_them_come(tcp_chair& caller);
    void see_them_leave(tcp_chair& caller);
    void end_launcher();
    void judge();
    [[nodiscard]] std::string hosts_of(const std::vector<std::int32_t>& guests) const;

    const mpiexec_hosts_options& options_;
    mpiexec_command command_;
    int ranks_;
    descendant_guard descendants_;
    std::atomic<std::uint32_t> interrupted_{0};
    interrupt_guard interrupts_;
    std::string call_;  ///< what the ranks are told of the roll call
    pid_t pid_ = -1;
    std::optional<int> ended_;  ///< the launcher's status, as waitpid gave it
    bool told_to_stop_ = false;
    bool came_ = false;
    mpiexec_hosts_result result_;
};

std::unique_ptr<tcp_chair> job_on_hosts::listen() {
    // By the address that the first host which is not this one is reached from.
    std::string target;
    for (const host_ranks& each : options_.hosts) {
        const std::string address = resolve(each.host).front();
        const auto from = source_towards(address);
        if (from && *from != address) {
            target = address;
            break;
        }
    }
    std::vector<tcp_listener> listeners;
    listeners.emplace_back(management_address(options_.management, target));
    const job_secret secret = job_secret::random();
    call_ = roll_call_text(listeners.front().address(), secret);
    tcp_meeting how;
    how.size = ranks_ + 1;
    how.host_name = host_identity::here().name;
    how.secret = secret;
    how.limit = options_.start;
    how.note = options_.note;
    how.while_waiting = [this] { look(); };
    return std::make_unique<tcp_chair>(std::move(how), std::move(listeners));
}

void job_on_hosts::start() {
    std::vector<std::string> passed{roll_call_variable};
    for (const auto& [name, value] : options_.environment) {
        passed.push_back(name);
    }
    auto environment = options_.environment;
    environment.emplace_back(roll_call_variable, call_);
    sigset_t mask;
    ::sigprocmask(SIG_SETMASK, nullptr, &mask);
    pid_ = start_launcher(mpiexec_words(command_, ranks_, options_.hosts, passed, options_.argv),
                          environment, mask);
}

void job_on_hosts::look() {
    int status = 0;
    if (!ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        ended_ = status;
    }
    if (interrupted_.load() != 0 && !told_to_stop_ && !ended_) {
        told_to_stop_ = true;
        result_.interrupted = true;
        // Hydra and Open MPI hand SIGINT on to all ranks, which then stop in good order; before
        // they have met there is nothing to be put in order.
        if (!came_) {
            throw error(exit_status::unfinished, "interrupted before the ranks had met");
        }
        ::kill(pid_, SIGINT);
    }
    if (interrupts_.insisted(monotonic_ns())) {
        throw error(exit_status::unfinished, "interrupted twice: the ranks were ended at once");
    }
    if (ended_) {
        throw launcher_ended();
    }
}

std::string job_on_hosts::hosts_of(const std::vector<std::int32_t>& guests) const {
    std::vector<std::string> names;
    for (const std::int32_t guest : guests) {
        const std::string& name = host_of_rank(options_.hosts, guest - 1);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    constexpr std::size_t most = 8;
    std::string text = names.size() == 1 ? "host " : "hosts ";
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
        text += (i == 0 ? "" : ", ") + names[i];
    }
    return names.size() > most ? fmt::format("{} and {} more", text, names.size() - most) : text;
}

void job_on_hosts::see_them_come(tcp_chair& caller) {
    const auto nothing = [](std::span<const std::string> all) {
        return std::vector<std::string>(all.size());
    };
    const double limit_s = std::chrono::duration<double>(options_.start).count();
    try {
        (void)caller.consult({}, nothing);
    } catch (const absent_error& absence) {
        throw deadline_error(fmt::format(
            "{} did not answer within {:.0f} s: no rank has come from there. See whether {} "
            "reaches it (by ssh, unless told otherwise), and whether it reaches this host",
            hosts_of(absence.ranks()), limit_s, command_.program));
    }
    try {
        (void)caller.consult({}, nothing);
    } catch (const absent_error& absence) {
        throw deadline_error(
            fmt::format("the ranks on {} came, but did not meet the others over MPI within {:.0f} "
                        "s: see whether the hosts reach each other on MPI's network",
                        hosts_of(absence.ranks()), limit_s));
    }
    came_ = true;
}

// Rank 0 decides when the job is over, and says why; but a launcher waits for ever for a rank that
// is stopped, and for a host that nothing is heard of any more.
void job_on_hosts::see_them_leave(tcp_chair& caller) {
    std::int64_t end_by_ns = 0;
    for (;;) {
        const std::vector<std::int32_t> staying = caller.staying();  // it looks, too
        const bool first_left = staying.empty() || staying.front() != 1;
        if (end_by_ns == 0 && first_left) {
            end_by_ns = monotonic_ns() + end_limit_ns;
        }
        if (end_by_ns != 0 && monotonic_ns() > end_by_ns) {
            throw deadline_error(fmt::format(
                "{} did not end within {} s of rank 0's end{}; it was ended", command_.program,
                end_limit_ns / 1'000'000'000,
                staying.empty()
                    ? std::string()
                    : fmt::format(": rank{} {} on {} had not left", staying.size() == 1 ? "" : "s",
                                  list_of_job_ranks(staying), hosts_of(staying))));
        }
    }
}

void job_on_hosts::end_launcher() {
    if (pid_ <= 0 || ended_) {
        return;
    }
    // Asked first: it knows how to end what it started elsewhere.
    ::kill(pid_, SIGTERM);
    const std::int64_t until_ns = monotonic_ns() + leaving_ns;
    int status = 0;
    while (!ended_ && monotonic_ns() < until_ns) {
        ::nanosleep(&tick, nullptr);
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            ended_ = status;
        }
    }
    if (!ended_) {
        ::kill(pid_, SIGKILL);
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        ended_ = status;
    }
}

void job_on_hosts::judge() {
    const int code = WIFEXITED(*ended_) ? WEXITSTATUS(*ended_) : -1;
    const bool ours = code >= 0 && code <= static_cast<int>(exit_status::unfinished);
    // Hydra's status is that of all ranks, bit by bit: those that a monitor killed spoil it.
    result_.status = ours ? static_cast<exit_status>(code) : exit_status::unfinished;
    if (!came_) {
        if (result_.status == exit_status::fine) {
            result_.status = exit_status::unfinished;
        }
        result_.reason = fmt::format(
            "{} ended {} before all ranks had come; what it says above is why, or run it by hand: "
            "{} -hosts {} hostname",
            command_.program,
            code < 0 ? fmt::format("by signal {}", WTERMSIG(*ended_))
                     : fmt::format("with status {}", code),
            command_.program, options_.hosts.back().host);
    }
}

mpiexec_hosts_result job_on_hosts::run() {
    const auto caller = listen();
    start();
    try {
        see_them_come(*caller);
        see_them_leave(*caller);
    } catch (const launcher_ended&) {
        judge();
    } catch (const error& failure) {
        end_launcher();
        result_.status = failure.status();
        result_.reason = failure.what();
    }
    return std::move(result_);
}

}  // namespace

void require_known_hosts(const std::vector<host_ranks>& hosts) {
    for (const host_ranks& each : hosts) {
        (void)resolve(each.host);
    }
}

mpiexec_hosts_result run_mpiexec_on_hosts(const mpiexec_hosts_options& options) {
    require_known_hosts(options.hosts);
    return job_on_hosts(options).run();
}

}  // namespace railgauge
