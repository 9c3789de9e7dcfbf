#include "harness/topology/found_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "harness/machine/nvml.hpp"
#include "harness/topology/read_topology.hpp"
#include "tests/unit/machine/fake_nvml.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

/// Eight GPUs on NVLink, eight InfiniBand ports and one for management.
found_host host(const std::string& name) {
    found_host made;
    made.name = name;
    made.cores = 96;
    made.source = "a test";
    for (int i = 0; i < 8; ++i) {
        const std::string address = "0000:" + std::to_string(10 + i) + ":00.0";
        made.gpus.push_back({address, "NVIDIA H100", 450, 63, ""});
        made.nics.push_back({"mlx5_" + std::to_string(i), 50, true});
    }
    made.nics.push_back({"eth0", 3.125, false});
    return made;
}

topology topology_of(const std::vector<found_host>& hosts, std::vector<std::string>& notes,
                     const fabric_facts& facts = {}) {
    return parse_topology(topology_from_hosts(hosts, facts, notes), "found.toml");
}

TEST(topology_from_hosts, one_host_is_as_it_is_alone) {
    std::vector<std::string> notes;
    found_host alone = host("this-machine");
    EXPECT_EQ(topology_from_hosts({host("node7")}, {}, notes), topology_text(alone));
    EXPECT_THAT(notes, IsEmpty());
}

TEST(topology_from_hosts, what_is_alike_is_one_kind_joined_by_the_fast_ports) {
    std::vector<std::string> notes;
    fabric_facts facts;
    facts.name = "trio";
    const topology all = topology_of({host("a"), host("b"), host("c")}, notes, facts);
    EXPECT_THAT(notes, IsEmpty());
    EXPECT_EQ(all.name, "trio");
    EXPECT_EQ(all.root().gpus, 24);
    ASSERT_EQ(all.root().tiers.size(), 2U);
    EXPECT_EQ(all.root().tiers[0].medium, medium_kind::nvlink);
    EXPECT_DOUBLE_EQ(all.root().tiers[0].member_gbps, 450);
    EXPECT_EQ(all.root().tiers[1].medium, medium_kind::infiniband);
    EXPECT_EQ(all.root().tiers[1].members, 3);
    EXPECT_DOUBLE_EQ(all.root().tiers[1].member_gbps, 400);
}

TEST(topology_from_hosts, names_hosts_that_differ_and_in_what) {
    std::vector<found_host> hosts;
    for (const char* name : {"a", "b", "c", "d", "e"}) hosts.push_back(host(name));
    hosts[1].nics.erase(hosts[1].nics.begin());
    hosts[2].nics[3].gbps = 12.5;
    for (found_gpu& gpu : hosts[3].gpus) gpu.nvlink_gbps = 0;
    hosts[4].gpus[0].name = "NVIDIA H200";
    hosts[4].gpus[5].finding = "runs x8 of PCIe x16";
    std::vector<std::string> notes;
    const topology all = topology_of(hosts, notes);
    EXPECT_THAT(
        notes, ElementsAre(
                   "e: GPU 0000:10:00.0 is NVIDIA H200, and most beside it: is NVIDIA H100",
                   "e: GPU 0000:15:00.0 runs x8 of PCIe x16",
                   "e has 8 GPUs, and most hosts beside it have 8 x NVIDIA H100",
                   "d has GPUs on PCIe of 63 GB/s, and most hosts beside it have GPUs on NVLink of "
                   "450 GB/s",
                   "b has 7 network devices of 50 GB/s, and most hosts beside it have 8 network "
                   "devices of 50 GB/s",
                   "c has 7 network devices of 50 GB/s, and most hosts beside it have 8 network "
                   "devices of 50 GB/s"));
    // The file is that of the others.
    EXPECT_EQ(all.root().gpus, 40);
    EXPECT_DOUBLE_EQ(all.root().tiers[1].member_gbps, 400);
}

TEST(topology_from_hosts, other_numbers_of_gpus_are_kinds_of_their_own) {
    std::vector<found_host> hosts;
    for (const char* name : {"a", "b", "c"}) hosts.push_back(host(name));
    hosts[0].gpus.resize(4);
    hosts[0].nics.resize(4);
    std::vector<std::string> notes;
    const topology all = topology_of(hosts, notes);
    EXPECT_THAT(notes,
                ElementsAre("a has 4 x NVIDIA H100, and most hosts beside it have 8 x NVIDIA "
                            "H100",
                            HasSubstr("kind by kind")));
    EXPECT_EQ(all.root().gpus, 20);
    ASSERT_EQ(all.root().contains.size(), 2U);
    EXPECT_EQ(all.root().contains[0].count, 2);
    EXPECT_DOUBLE_EQ(all.root().contains[0].gbps, 400);
    EXPECT_DOUBLE_EQ(all.root().contains[1].gbps, 200);
}

TEST(topology_from_hosts, ports_can_be_declared_and_have_to_be_known) {
    std::vector<found_host> hosts{host("a"), host("b")};
    for (found_host& each : hosts) {
        each.gpus.clear();
        each.nics.clear();
    }
    std::vector<std::string> notes;
    EXPECT_THAT([&] { static_cast<void>(topology_of(hosts, notes)); },
                ThrowsMessage<capability_error>(AllOf(HasSubstr("a has"), HasSubstr("--port"))));
    fabric_facts facts;
    facts.port = "1Gb/s";
    facts.nics = 2;
    const topology all = topology_of(hosts, notes, facts);
    EXPECT_EQ(all.root().gpus, 192);
    EXPECT_EQ(all.unit, "rank");
    EXPECT_EQ(all.root().tiers[0].medium, medium_kind::memory);
    EXPECT_DOUBLE_EQ(all.root().tiers[1].member_gbps, 0.25);
}

TEST(unite, what_one_process_may_not_see_another_does) {
    found_host mine = host("a");
    found_host other = host("a");
    mine.gpus.resize(1);
    mine.gpus[0].name = "";
    mine.gpus[0].nvlink_gbps = 0;
    mine.nics[0].gbps = 0;
    unite(mine, other);
    EXPECT_EQ(to_line(mine), to_line(other));
}

TEST(found_host_line, is_read_back_and_anything_else_refused) {
    const found_host one = host("with \"quotes\" and \xff");
    const found_host read = found_host_from_line(to_line(one));
    EXPECT_EQ(to_line(read), to_line(found_host_from_line(to_line(read))));
    EXPECT_EQ(read.gpus.size(), 8U);
    EXPECT_DOUBLE_EQ(read.gpus[7].nvlink_gbps, 450);
    EXPECT_TRUE(read.nics[7].infiniband);
    for (const char* bad : {"", "{}", "[]", "{\"name\": 7}", "nonsense"}) {
        EXPECT_THROW(static_cast<void>(found_host_from_line(bad)), capability_error) << bad;
    }
}

TEST(add_gpus_of_driver, adds_names_and_links_to_what_hwloc_found) {
    std::map<unsigned, unsigned long long> links;
    for (unsigned link = 0; link < 18; ++link) links[link] = 0;
    auto functions = fake_nvml::start({{.bus = 0x3b, .nvlink_errors = links, .pcie_generation = 5},
                                       {.bus = 0x5e, .width = 8, .pcie_generation = 5}});
    found_host made = host("a");
    made.gpus = {{"0000:3b:00.0", "", 0, 4, ""}};
    add_gpus_of_driver(nvml(functions), made);
    ASSERT_EQ(made.gpus.size(), 2U);
    EXPECT_EQ(made.gpus[0].name, "Fake H1");
    EXPECT_DOUBLE_EQ(made.gpus[0].nvlink_gbps, 450);
    EXPECT_NEAR(made.gpus[0].pcie_gbps, 63.015, 1e-3);
    EXPECT_EQ(made.gpus[1].address, "0000:5e:00.0");
    EXPECT_DOUBLE_EQ(made.gpus[1].nvlink_gbps, 0);
    EXPECT_NEAR(made.gpus[1].pcie_gbps, 31.508, 1e-3);
    EXPECT_THAT(
        remarks_on(made),
        ElementsAre("GPU 0000:5e:00.0 has PCIe of 31.51 GB/s, and most beside it: has NVLink "
                    "of 450 GB/s",
                    "GPU 0000:5e:00.0 runs x8 of PCIe x16"));
    // Blackwell's links carry twice as much; what the driver does not tell stays unknown.
    functions = fake_nvml::start({{.nvlink_errors = links, .compute_capability = 100}});
    functions.pcie_width = nullptr;
    found_host bare;
    add_gpus_of_driver(nvml(functions), bare);
    ASSERT_EQ(bare.gpus.size(), 1U);
    EXPECT_DOUBLE_EQ(bare.gpus[0].nvlink_gbps, 900);
    EXPECT_DOUBLE_EQ(bare.gpus[0].pcie_gbps, 0);
    functions = fake_nvml::start({{.nvlink_errors = links}});
    functions.compute_capability = nullptr;
    found_host silent;
    add_gpus_of_driver(nvml(functions), silent);
    EXPECT_FALSE(silent.nvlink());
}

}  // namespace
}  // namespace railgauge
