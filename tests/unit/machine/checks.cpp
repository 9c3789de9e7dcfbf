#include "harness/machine/checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/machine/pci.hpp"
#include "tests/unit/machine/fake_root.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

process_facts good_facts() {
    process_facts facts;
    facts.usable_cpus = 4;
    facts.shm_free_bytes = std::uint64_t{1} << 30;
    return facts;
}

/// The check of this id; one of status unknown and id "" where there is none.
check find(const std::vector<check>& checks, std::string_view id) {
    const auto found = std::ranges::find(checks, id, &check::id);
    return found == checks.end() ? check{} : *found;
}

check check_of(std::string_view id, const fake_root& root,
               const process_facts& facts = good_facts(), int ranks = 2) {
    return find(check_host(facts, ranks, root.path()), id);
}

TEST(check_host, an_empty_tree_gives_no_problem_and_no_exception) {
    const fake_root root;
    for (const check& each : check_host(good_facts(), 2, root.path())) {
        EXPECT_NE(each.status, check_status::problem) << each.id;
        EXPECT_FALSE(each.finding.empty()) << each.id;
    }
}

TEST(check_host, this_host) {
    const process_facts facts = read_process_facts();
    EXPECT_GE(facts.usable_cpus, 1);
    const auto checks = check_host(facts, 2);
    EXPECT_GE(checks.size(), 5u);
    for (const check& each : checks) {
        EXPECT_FALSE(each.finding.empty()) << each.id;
        if (each.status == check_status::warning || each.status == check_status::problem) {
            EXPECT_FALSE(each.advice.empty()) << each.id;
        }
    }
}

TEST(check_host, dev_shm_that_is_small_or_missing) {
    const fake_root root;
    process_facts facts = good_facts();
    EXPECT_EQ(check_of("dev-shm", root, facts).status, check_status::ok);
    facts.shm_free_bytes = 100 << 10;
    EXPECT_EQ(check_of("dev-shm", root, facts).status, check_status::warning);
    EXPECT_EQ(check_of("dev-shm", root, facts).finding, "/dev/shm has 100 KiB free");
    facts.shm_free_bytes.reset();
    EXPECT_EQ(check_of("dev-shm", root, facts).finding, "there is no /dev/shm");
}

TEST(check_host, governor) {
    const fake_root root;
    EXPECT_EQ(check_of("governor", root).status, check_status::unknown);
    root.write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    root.write("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "performance\n");
    EXPECT_EQ(check_of("governor", root).status, check_status::ok);
    root.write("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
    const check mixed = check_of("governor", root);
    EXPECT_EQ(mixed.status, check_status::warning);
    EXPECT_THAT(mixed.finding, HasSubstr("performance on 1 processors, powersave on 1"));
    EXPECT_FALSE(mixed.advice.empty());
}

TEST(check_host, turbo_on_both_drivers) {
    const fake_root intel;
    EXPECT_EQ(check_of("turbo", intel).id, "");
    intel.write("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
    EXPECT_EQ(check_of("turbo", intel).status, check_status::warning);
    EXPECT_THAT(check_of("turbo", intel).advice, HasSubstr("echo 1 >"));
    intel.write("sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
    EXPECT_EQ(check_of("turbo", intel).status, check_status::ok);
    const fake_root amd;
    amd.write("sys/devices/system/cpu/cpufreq/boost", "1\n");
    EXPECT_EQ(check_of("turbo", amd).status, check_status::warning);
    EXPECT_THAT(check_of("turbo", amd).advice, HasSubstr("echo 0 >"));
}

TEST(check_host, ranks_and_quota) {
    const fake_root root;
    EXPECT_EQ(check_of("ranks", root, good_facts(), 4).status, check_status::ok);
    EXPECT_EQ(check_of("ranks", root, good_facts(), 5).status, check_status::warning);
    EXPECT_EQ(check_of("cpu-quota", root).id, "");
    root.write("sys/fs/cgroup/cpu.max", "max 100000\n");
    EXPECT_EQ(check_of("cpu-quota", root).id, "");
    root.write("sys/fs/cgroup/cpu.max", "150000 100000\n");
    EXPECT_EQ(check_of("cpu-quota", root).status, check_status::warning);
    EXPECT_THAT(check_of("cpu-quota", root).finding, HasSubstr("1.50 processors"));
    root.write("sys/fs/cgroup/cpu.max", "400000 100000\n");
    EXPECT_EQ(check_of("cpu-quota", root).status, check_status::ok);
    root.write("sys/fs/cgroup/cpu.max", "400000 0\n");
    EXPECT_EQ(check_of("cpu-quota", root).id, "");
    const fake_root old;
    old.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    old.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(check_of("cpu-quota", old).id, "");
    old.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    EXPECT_EQ(check_of("cpu-quota", old).status, check_status::warning);
}

TEST(check_host, process_facts_speak) {
    const fake_root root;
    process_facts facts = good_facts();
    EXPECT_EQ(check_of("locked-memory", root, facts).status, check_status::ok);
    facts.locked_memory_bytes = 65536;
    EXPECT_EQ(check_of("locked-memory", root, facts).status, check_status::warning);
    EXPECT_THAT(check_of("locked-memory", root, facts).finding, HasSubstr("64 KiB"));
    facts.privileged = true;
    EXPECT_EQ(check_of("locked-memory", root, facts).status, check_status::ok);
    facts.can_pin = false;
    EXPECT_EQ(check_of("pinning", root, facts).status, check_status::warning);
    facts.memfd = false;
    EXPECT_EQ(check_of("shared-memory", root, facts).status, check_status::problem);
    facts.peer_memory = false;
    root.write("proc/sys/kernel/yama/ptrace_scope", "2\n");
    EXPECT_EQ(check_of("peer-memory", root, facts).status, check_status::warning);
    EXPECT_THAT(check_of("peer-memory", root, facts).finding, HasSubstr("ptrace_scope is 2"));
}

TEST(check_host, load_swap_huge_pages_and_steal) {
    const fake_root root;
    root.write("proc/loadavg", "3.50 1.00 0.50 3/100 12345\n");
    EXPECT_EQ(check_of("load", root).status, check_status::warning);
    EXPECT_THAT(check_of("load", root).finding, HasSubstr("3.50 on 4"));
    root.write("proc/loadavg", "0.10 1.00 0.50 1/100 12345\n");
    EXPECT_EQ(check_of("load", root).status, check_status::ok);
    root.write("proc/meminfo", "MemTotal: 1000 kB\nSwapTotal:  2097152 kB\nSwapFree: 1048576 kB\n");
    EXPECT_EQ(check_of("swap", root).status, check_status::warning);
    EXPECT_THAT(check_of("swap", root).finding, HasSubstr("1024 MiB"));
    root.write("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
    EXPECT_EQ(check_of("huge-pages", root).status, check_status::warning);
    root.write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    EXPECT_EQ(check_of("huge-pages", root).status, check_status::ok);
    EXPECT_EQ(check_of("virtual-machine", root).id, "");
    root.write("proc/cpuinfo", "processor\t: 0\nmodel name\t: X\nflags\t\t: fpu hypervisor tsc\n");
    root.write("proc/stat", "cpu  50 0 50 860 0 0 0 40 0 0\ncpu0 50 0 50 860 0 0 0 40 0 0\n");
    EXPECT_EQ(check_of("virtual-machine", root).status, check_status::warning);
    EXPECT_THAT(check_of("virtual-machine", root).finding, HasSubstr("4.00 %"));
}

/// A configuration space whose only extended capability is ACS at 0x148, after an empty one.
std::string configuration(char control) {
    std::string space(4096, '\0');
    space[0x100] = 0x01;                           // AER
    space[0x102] = '\x01', space[0x103] = '\x14';  // version 1, next 0x140
    space[0x140] = 0x0d;                           // ACS, the last
    space[0x142] = 0x01;
    space[0x146] = control;
    return space;
}

TEST(redirects_peers, reads_the_control_register) {
    EXPECT_EQ(redirects_peers(configuration(0x1d)), true);
    EXPECT_EQ(redirects_peers(configuration(0x04)), true);
    EXPECT_EQ(redirects_peers(configuration(0x01)), false);
    EXPECT_EQ(redirects_peers(std::string(4096, '\0')), false);
    EXPECT_EQ(redirects_peers(std::string(64, '\0')), std::nullopt);
    EXPECT_EQ(redirects_peers(""), std::nullopt);
    std::string loop(4096, '\0');
    loop[0x100] = 0x01, loop[0x103] = '\x10';  // points at itself
    EXPECT_EQ(redirects_peers(loop), false);
    std::string edge(4096, '\xff');  // a device that fell off the bus
    EXPECT_EQ(redirects_peers(edge), false);
}

TEST(check_host, devices) {
    const fake_root root;
    EXPECT_THAT(check_of("gpus", root).finding, HasSubstr("no NVIDIA GPU"));
    EXPECT_EQ(check_of("iommu", root).id, "");
    EXPECT_EQ(check_of("acs", root).id, "");
    const std::string gpu = "sys/bus/pci/devices/0000:3b:00.0/";
    root.write(gpu + "vendor", "0x10de\n");
    root.write(gpu + "class", "0x030200\n");
    root.write(gpu + "iommu_group/type", "DMA-FQ\n");
    EXPECT_THAT(check_of("gpus", root).finding, HasSubstr("driver is not loaded"));
    EXPECT_EQ(check_of("iommu", root).status, check_status::warning);
    EXPECT_THAT(check_of("iommu", root).finding, HasSubstr("0000:3b:00.0 (DMA-FQ)"));
    root.write(gpu + "iommu_group/type", "identity\n");
    EXPECT_EQ(check_of("iommu", root).status, check_status::ok);
    root.write("sys/module/nvidia/version", "580.1\n");
    EXPECT_THAT(check_of("gpus", root).advice, HasSubstr("--gpus all"));
    root.write("dev/nvidia0", "");
    root.write("dev/nvidiactl", "");
    EXPECT_EQ(check_of("gpus", root).finding, "1 NVIDIA GPUs, driver 580.1");

    const std::string bridge = "sys/bus/pci/devices/0000:3a:00.0/";
    root.write(bridge + "class", "0x060400\n");
    EXPECT_EQ(check_of("acs", root).status, check_status::unknown);
    root.write(bridge + "config", configuration(0x1d));
    EXPECT_EQ(check_of("acs", root).status, check_status::warning);
    EXPECT_THAT(check_of("acs", root).finding, HasSubstr("0000:3a:00.0"));
    root.write(bridge + "config", configuration(0));
    EXPECT_EQ(check_of("acs", root).status, check_status::ok);
}

TEST(check_host, infiniband) {
    const fake_root root;
    EXPECT_EQ(check_of("infiniband", root).id, "");
    root.write("sys/class/infiniband/mlx5_0/ports/1/state", "4: ACTIVE\n");
    root.write("sys/class/infiniband/mlx5_0/ports/1/rate", "400 Gb/sec (4X NDR)\n");
    EXPECT_EQ(check_of("infiniband", root).status, check_status::ok);
    EXPECT_THAT(check_of("infiniband", root).finding, HasSubstr("mlx5_0:1 (400 Gb/sec (4X NDR))"));
    root.write("sys/class/infiniband/mlx5_1/ports/1/state", "1: DOWN\n");
    EXPECT_EQ(check_of("infiniband", root).status, check_status::warning);
}

}  // namespace
}  // namespace railgauge
