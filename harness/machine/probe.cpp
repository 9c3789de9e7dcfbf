#include "harness/machine/probe.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "harness/base/clock.hpp"
#include "harness/base/error.hpp"
#include "harness/machine/text_file.hpp"

namespace railgauge {
namespace {

using steady = std::chrono::steady_clock;

/// What the children and the parent share. Figures are 0 until they are known.
struct probe_board {
    alignas(64) std::atomic<std::uint32_t> ping{0};
    alignas(64) std::atomic<std::uint32_t> pong{0};
    alignas(64) std::atomic<std::uint32_t> done{0};
    double ping_pong_ns = 0;
    double copy_gbps = 0;
    double arithmetic_gflops = 0;
};

double now_ns() {
    return std::chrono::duration<double, std::nano>(steady::now().time_since_epoch()).count();
}

/// The median of what `sample` gives, called until `length` is over: at least 3 times, at most 512.
template <typename Sample>
double median_over(std::chrono::nanoseconds length, Sample sample) {
    std::array<double, 512> values{};
    std::size_t count = 0;
    const auto end = steady::now() + length;
    while (count < 3 || (count < values.size() && steady::now() < end)) values[count++] = sample();
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(values.begin(), middle, values.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
}

void pin_to(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(cpu), &set);
    sched_setaffinity(0, sizeof set, &set);  // refused: the probe still shows drift
}

/// Answers until the other side is done.
void answer(probe_board& board) {
    for (std::uint32_t seen = 0; board.done.load(std::memory_order_relaxed) == 0;) {
        const std::uint32_t value = board.ping.load(std::memory_order_acquire);
        if (value == seen) continue;
        seen = value;
        board.pong.store(value, std::memory_order_release);
    }
}

double ping_pong_ns(probe_board& board, std::chrono::nanoseconds length) {
    constexpr int trips = 32;
    std::uint32_t value = 0;
    const auto batch = [&] {
        const double begin = now_ns();
        for (int i = 0; i < trips; ++i) {
            board.ping.store(++value, std::memory_order_release);
            while (board.pong.load(std::memory_order_acquire) != value) {
            }
        }
        return (now_ns() - begin) / (2 * trips);
    };
    batch();  // the other child may still be starting
    return median_over(length, batch);
}

double copy_gbps(std::chrono::nanoseconds length) {
    constexpr std::size_t bytes = std::size_t{4} << 20;
    void* const area = mmap(nullptr, 2 * bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (area == MAP_FAILED) return 0;
    auto* const target = static_cast<char*>(area);
    const double time_ns = median_over(length, [&] {
        const double begin = now_ns();
        std::memcpy(target, target + bytes, bytes);
        asm volatile("" ::"r"(target) : "memory");
        return now_ns() - begin;
    });
    munmap(area, 2 * bytes);
    return static_cast<double>(bytes) / time_ns;
}

double arithmetic_gflops(std::chrono::nanoseconds length) {
    // Enough independent sums to hide the latency of a multiply-add.
    constexpr int lanes = 64;
    constexpr int steps = 2000;
    std::array<float, lanes> sums{};
    const double time_ns = median_over(length, [&] {
        const double begin = now_ns();
        for (int step = 0; step < steps; ++step) {
            for (float& sum : sums) sum = sum * 0.999F + 1.0F;
        }
        asm volatile("" ::"r"(sums.data()) : "memory");
        return now_ns() - begin;
    });
    return 2.0 * lanes * steps / time_ns;
}

[[noreturn]] void lead(probe_board& board, int cpu, bool with_peer,
                       std::chrono::nanoseconds share) {
    pin_to(cpu);
    if (with_peer) board.ping_pong_ns = ping_pong_ns(board, share);
    board.done.store(1, std::memory_order_release);
    board.copy_gbps = copy_gbps(share);
    board.arithmetic_gflops = arithmetic_gflops(share);
    _exit(0);
}

[[noreturn]] void follow(probe_board& board, int cpu) {
    pin_to(cpu);
    answer(board);
    _exit(0);
}

/// Forks; the child ends with its parent. Returns 0 in the child.
pid_t fork_child() {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) {
        throw system_error("fork", errno, "the limit of processes (ulimit -u) may be reached");
    }
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(0);
    }
    return child;
}

/// Waits for the children, and ends those that are not done at `end`. True when all were.
bool reap(std::span<pid_t> children, steady::time_point end) {
    bool complete = true;
    for (const pid_t child : children) {
        while (true) {
            const pid_t got = waitpid(child, nullptr, WNOHANG);
            if (got == child || (got < 0 && errno != EINTR)) break;
            if (steady::now() > end) {
                complete = false;
                kill(child, SIGKILL);
                waitpid(child, nullptr, 0);
                break;
            }
            usleep(500);
        }
    }
    return complete;
}

/// Two processors on different cores where there are such; the second is -1 on a single one.
std::pair<int, int> choose_cpus() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return {-1, -1};
    std::vector<int> usable;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) usable.push_back(cpu);
    }
    if (usable.empty()) return {-1, -1};
    if (usable.size() == 1) return {usable[0], -1};
    const auto core_of = [](int cpu) {
        const auto folder = std::filesystem::path("/sys/devices/system/cpu") /
                            ("cpu" + std::to_string(cpu)) / "topology";
        return std::pair(read_number(folder / "physical_package_id"),
                         read_number(folder / "core_id"));
    };
    const auto first = core_of(usable[0]);
    for (const int cpu : usable) {
        if (core_of(cpu) != first) return {usable[0], cpu};
    }
    return {usable[0], usable[1]};
}

}  // namespace

host_probe probe_host(std::chrono::milliseconds length) {
    host_probe probe;
    const auto begin = steady::now();
    std::tie(probe.first_cpu, probe.second_cpu) = choose_cpus();
    void* const area = mmap(nullptr, sizeof(probe_board), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) throw system_error("mmap", errno, "the host is short of memory");
    auto* const board = new (area) probe_board;
    const bool with_peer = probe.second_cpu >= 0;
    const std::chrono::nanoseconds share = std::chrono::nanoseconds(length) / 3;

    std::array<pid_t, 2> children{};
    children[0] = fork_child();
    if (children[0] == 0) lead(*board, probe.first_cpu, with_peer, share);
    try {
        if (with_peer) children[1] = fork_child();
    } catch (...) {
        reap(std::span(children).first(1), begin);
        munmap(area, sizeof(probe_board));
        throw;
    }
    if (with_peer && children[1] == 0) follow(*board, probe.second_cpu);
    const bool complete = reap(std::span(children).first(with_peer ? 2 : 1),
                               begin + length + std::chrono::seconds(2));

    if (board->ping_pong_ns > 0) probe.ping_pong_ns = board->ping_pong_ns;
    if (board->copy_gbps > 0) probe.copy_gbps = board->copy_gbps;
    if (board->arithmetic_gflops > 0) probe.arithmetic_gflops = board->arithmetic_gflops;
    if (!with_peer) probe.reason = "only one processor may be used";
    if (!complete) probe.reason = "the probe did not finish in time; the host is overloaded";
    munmap(area, sizeof(probe_board));
    probe.elapsed_ms = std::chrono::duration<double, std::milli>(steady::now() - begin).count();
    return probe;
}

std::vector<std::pair<std::string, double>> figures(const host_probe& probe) {
    std::vector<std::pair<std::string, double>> result;
    if (probe.ping_pong_ns) result.emplace_back("ping_pong_ns", *probe.ping_pong_ns);
    if (probe.copy_gbps) result.emplace_back("copy_gbps", *probe.copy_gbps);
    if (probe.arithmetic_gflops) {
        result.emplace_back("arithmetic_gflops", *probe.arithmetic_gflops);
    }
    return result;
}

}  // namespace railgauge
