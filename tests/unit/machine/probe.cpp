#include "harness/machine/probe.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace railgauge {
namespace {

using namespace std::chrono_literals;

TEST(probe_host, gives_figures_or_says_why_not) {
    const host_probe probe = probe_host(9ms);
    if (probe.reason.empty()) {
        ASSERT_TRUE(probe.ping_pong_ns && probe.copy_gbps && probe.arithmetic_gflops);
        EXPECT_GT(*probe.ping_pong_ns, 0);
        EXPECT_GT(*probe.copy_gbps, 0);
        EXPECT_GT(*probe.arithmetic_gflops, 0);
        EXPECT_NE(probe.first_cpu, probe.second_cpu);
        EXPECT_EQ(figures(probe).size(), 3u);
    }
    EXPECT_LT(probe.elapsed_ms, 60'000);
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child was left behind";
}

TEST(probe_host, works_on_one_processor) {
    // In a child, so that this process keeps its processors.
    const pid_t child = fork();
    if (child == 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        sched_getaffinity(0, sizeof set, &set);
        int first = 0;
        while (!CPU_ISSET(static_cast<std::size_t>(first), &set)) ++first;
        CPU_ZERO(&set);
        CPU_SET(static_cast<std::size_t>(first), &set);
        sched_setaffinity(0, sizeof set, &set);
        const host_probe probe = probe_host(6ms);
        const bool right = !probe.ping_pong_ns && !probe.reason.empty() && probe.second_cpu == -1 &&
                           figures(probe).size() <= 2;
        _exit(right ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace railgauge
