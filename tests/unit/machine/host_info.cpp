#include "harness/machine/host_info.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/machine/build_info.hpp"
#include "tests/unit/machine/fake_root.hpp"

namespace railgauge {
namespace {

using nlohmann::json;

TEST(describe_host, of_this_host) {
    const json facts = json::parse(describe_host());
    EXPECT_EQ(facts["host"], host_name());
    EXPECT_GE(facts["processor"]["threads"].get<int>(), 1);
    EXPECT_GT(facts["memory"]["total_bytes"].get<std::uint64_t>(), 0u);
    EXPECT_EQ(facts["build"]["version"], this_build().version);
    EXPECT_TRUE(facts["environment"].is_object());
}

TEST(describe_host, an_empty_tree_is_null_not_an_error) {
    const fake_root root;
    const json facts = json::parse(describe_host(root.path()));
    EXPECT_TRUE(facts["boot_id"].is_null());
    EXPECT_TRUE(facts["processor"]["model"].is_null());
    EXPECT_TRUE(facts["processor"]["governors"].is_null());
    EXPECT_TRUE(facts["memory"]["total_bytes"].is_null());
    EXPECT_TRUE(facts["networks"].empty());
}

TEST(describe_host, reads_a_tree) {
    const fake_root root;
    root.write("etc/os-release", "NAME=\"Other\"\nPRETTY_NAME=\"Fake Linux 1\"\n");
    root.write("proc/meminfo", "MemTotal:       1024 kB\nMemTotalish: 5 kB\n");
    root.write("proc/cpuinfo", "model name\t: Quick 9000\nflags\t\t: fpu\n");
    for (int cpu = 0; cpu < 12; ++cpu) {
        root.write("sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/scaling_governor",
                   cpu < 11 ? "performance\n" : "schedutil\n");
    }
    root.write("sys/devices/system/cpu/cpufreq/boost", "0\n");
    root.write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    root.write("sys/fs/cgroup/cpu.max", "150000 100000\n");
    root.write("sys/class/net/eth0/operstate", "up\n");
    root.write("sys/class/net/eth0/mtu", "9000\n");
    root.write("sys/class/net/eth1/operstate", "down\n");
    const json facts = json::parse(describe_host(root.path()));
    EXPECT_EQ(facts["distribution"], "Fake Linux 1");
    EXPECT_EQ(facts["memory"]["total_bytes"], 1024 * 1024);
    EXPECT_EQ(facts["memory"]["transparent_huge_pages"], "madvise");
    EXPECT_EQ(facts["processor"]["model"], "Quick 9000");
    EXPECT_EQ(facts["processor"]["virtual"], false);
    EXPECT_EQ(facts["processor"]["governors"], json({{"performance", 11}, {"schedutil", 1}}));
    EXPECT_EQ(facts["processor"]["turbo"], false);
    EXPECT_EQ(facts["limits"]["cpu"], "150000 100000");
    ASSERT_EQ(facts["networks"].size(), 1u);
    EXPECT_EQ(facts["networks"][0]["mtu"], 9000);
}

TEST(describe_host, hostile_text_stays_valid_json) {
    const fake_root root;
    root.write("proc/cpuinfo", "model name\t: bad \xff\xfe \"quote\" \\ \x01 \xc3\n");
    root.write("etc/os-release", "PRETTY_NAME=\"\n");
    root.write("proc/meminfo", "MemTotal: 99999999999999999999999 kB\n");
    const json facts = json::parse(describe_host(root.path()));
    EXPECT_EQ(facts["processor"]["model"], "bad \ufffd\ufffd \"quote\" \\ \x01 \ufffd");
    EXPECT_TRUE(facts["memory"]["total_bytes"].is_null());
}

TEST(describe_environment, only_what_is_allowed) {
    const char* const environment[] = {"PATH=/bin",
                                       "UCX_TLS=sm",
                                       "NCCL_DEBUG=INFO",
                                       "AWS_SECRET=x",
                                       "XNCCL_A=1",
                                       "OMPI_MCA_btl=\xff",
                                       "CUDA_VISIBLE_DEVICES=",
                                       "NCCL_TWICE=a=b",
                                       "no equals",
                                       nullptr};
    EXPECT_EQ(describe_environment(environment),
              "{\"CUDA_VISIBLE_DEVICES\":\"\",\"NCCL_DEBUG\":\"INFO\",\"NCCL_TWICE\":\"a=b\","
              "\"OMPI_MCA_btl\":\"\ufffd\",\"UCX_TLS\":\"sm\"}");
    EXPECT_EQ(describe_environment(nullptr), "{}");
}

}  // namespace
}  // namespace railgauge
