#include "harness/topology/discover.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/base/error.hpp"
#include "harness/topology/read_topology.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string sample(const std::string& name) {
    return read_whole_file(std::string(RAILGAUGE_SOURCE_DIR) + "/tests/data/discover/" + name,
                           1 << 20);
}

template <typename Call>
std::string refusal(const Call& call) {
    try {
        static_cast<void>(call());
    } catch (const error& wrong) {
        return wrong.what();
    }
    return "";
}

TEST(host_from_nccl_xml, counts_gpus_links_and_nics) {
    const found_host host = host_from_nccl_xml(sample("nccl_hgx_h100.xml"), "t.xml");
    EXPECT_EQ(host.gpus.size(), 2U);
    EXPECT_TRUE(host.nvlink());
    EXPECT_DOUBLE_EQ(host.gpu_gbps(), 450);
    ASSERT_EQ(host.nics.size(), 2U);
    EXPECT_EQ(host.nics[1].name, "mlx5_1");
    EXPECT_DOUBLE_EQ(host.nics[1].gbps, 50);
    const topology all = parse_topology(topology_text(host), "t.toml");
    EXPECT_EQ(all.root().gpus, 2);
    EXPECT_DOUBLE_EQ(all.root().tiers[0].member_gbps, 450);
    EXPECT_EQ(all.nodes.at("host").nics, 2);
}

TEST(host_from_hwloc_xml, the_slowest_slot_of_a_gpu_counts) {
    const found_host host = host_from_hwloc_xml(sample("hwloc_two_gpus.xml"), "t.xml");
    EXPECT_EQ(host.gpus.size(), 2U);
    EXPECT_EQ(host.cores, 2);
    EXPECT_FALSE(host.nvlink());
    EXPECT_NEAR(host.gpu_gbps(), 15.753846, 1e-6);
    const topology all = parse_topology(topology_text(host), "t.toml");
    EXPECT_EQ(all.root().tiers[0].medium, medium_kind::pcie);
}

TEST(discover_this_host, is_a_sound_topology_with_the_kernels_rates) {
    namespace fs = std::filesystem;
    const fs::path root = fs::path(testing::TempDir()) / "discover_this_host";
    fs::create_directories(root / "sys/class/net/eth7");
    std::ofstream(root / "sys/class/net/eth7/speed") << "100000\n";
    const found_host host = discover_this_host(root);
    EXPECT_GT(host.seats(), 0);
    EXPECT_THAT(host.nics, testing::Contains(testing::Field(&found_nic::gbps, 12.5)));
    const topology all = parse_topology(topology_text(host), "t.toml");
    EXPECT_GT(all.root().gpus, 0);
    fs::remove_all(root);
}

TEST(topology_from_slurm, switches_that_are_alike_are_one_kind) {
    std::vector<std::string> notes;
    const fabric_facts facts{"tux", 8, "400Gb/s", 8};
    const std::string text = topology_from_slurm(sample("topology.conf"), "t.conf", facts, notes);
    const topology all = parse_topology(text, "t.toml");
    EXPECT_EQ(all.root().gpus, 64 * 8);
    ASSERT_EQ(all.stacks.size(), 3U);
    EXPECT_EQ(all.root().contains[0].count, 2);
    EXPECT_DOUBLE_EQ(all.root().contains[0].gbps, 2 * 16 * 400);
    EXPECT_THAT(notes, ElementsAre(HasSubstr("assumed")));
}

TEST(topology_from_slurm, refuses_with_the_line) {
    std::vector<std::string> notes;
    const auto read = [&](const std::string& text, const std::string& port = "1GB/s") {
        return refusal([&] { return topology_from_slurm(text, "t", {"n", 1, port, 1}, notes); });
    };
    EXPECT_THAT(read("SwitchName=a Nodes=n1\n", ""), HasSubstr("--port"));
    EXPECT_THAT(read(""), HasSubstr("no SwitchName"));
    EXPECT_THAT(read("SwitchName=a Switches=a\n"), HasSubstr("no top"));
    EXPECT_THAT(read("SwitchName=a Switches=b\nSwitchName=b Switches=c\nSwitchName=c Switches=b\n"),
                AllOf(HasSubstr("t:2:1"), HasSubstr("below itself")));
    EXPECT_THAT(read("SwitchName=a Switches=b\n"), HasSubstr("no switch is called 'b'"));
    EXPECT_THAT(read("SwitchName=a Nodes=n[1-\n"), HasSubstr("t:1:1"));
    EXPECT_THAT(read("SwitchName=a Nodes=n[5-1]\n"), HasSubstr("no range"));
    EXPECT_THAT(read("SwitchName=a Nodes=n[1-999999999]\n"), HasSubstr("no range"));
    EXPECT_THAT(read("SwitchName=a Nodes=n1\nSwitchName=b Nodes=n2\n"), HasSubstr("not joined"));
    EXPECT_THAT(read("SwitchName=t Switches=a,b\nSwitchName=a Nodes=n1\nSwitchName=b Nodes=n1\n"),
                HasSubstr("below two switches"));
}

TEST(topology_from_ibnetdiscover, leaves_of_the_same_hosts_are_planes) {
    std::vector<std::string> notes;
    const std::string text =
        topology_from_ibnetdiscover(sample("ibnetdiscover.txt"), "t.txt", {}, notes);
    const topology all = parse_topology(text, "t.toml");
    EXPECT_THAT(notes, IsEmpty());
    ASSERT_EQ(all.stacks.size(), 2U) << text;
    EXPECT_EQ(all.root().gpus, 8);
    const tier& leaf = all.stacks[0].tiers[1];
    EXPECT_EQ(leaf.members, 2);
    EXPECT_EQ(leaf.planes, 2);
    EXPECT_DOUBLE_EQ(leaf.member_gbps, 100);
    EXPECT_DOUBLE_EQ(leaf.up_gbps, 200);
    EXPECT_EQ(all.root().contains[0].count, 2);
}

TEST(topology_from_ibnetdiscover, names_the_host_that_lacks_a_port) {
    std::string text = sample("ibnetdiscover.txt");
    const std::string port = "\"node3 mlx5_1\"";
    for (auto at = text.find(port); at != text.npos; at = text.find(port)) {
        text.replace(at, port.size(), "\"Mellanox Technologies Aggregation Node\"");
    }
    std::vector<std::string> notes;
    const topology all =
        parse_topology(topology_from_ibnetdiscover(text, "t.txt", {}, notes), "t.toml");
    EXPECT_THAT(notes, ElementsAre("node3 has 1 ports, and most hosts beside it have 2"));
    EXPECT_EQ(all.root().gpus, 8);
}

TEST(host_from_hwloc_xml, a_port_with_two_names_is_one_nic) {
    const found_host host = host_from_hwloc_xml(R"(<topology version="2.0"><object type="Machine">
<object type="Core"/><object type="PCIDev" pci_type="0207 [15b3:1021] [15b3:0023] 00">
<object type="OSDev" name="ib0" osdev_type="2"/><object type="OSDev" name="mlx5_0" osdev_type="3"/>
</object></object></topology>)",
                                                "t.xml");
    ASSERT_EQ(host.nics.size(), 1U);
    EXPECT_EQ(host.nics[0].name, "mlx5_0");
}

TEST(topology_from_ibnetdiscover, names_the_host_whose_link_is_slow) {
    std::string text = sample("ibnetdiscover.txt");
    const std::string link = "\"node1 mlx5_0\" lid 12 4xNDR";
    const auto at = text.find(link);
    ASSERT_NE(at, text.npos);
    text.replace(at, link.size(), "\"node1 mlx5_0\" lid 12 1xNDR");
    std::vector<std::string> notes;
    const topology all =
        parse_topology(topology_from_ibnetdiscover(text, "t.txt", {}, notes), "t.toml");
    EXPECT_THAT(notes, ElementsAre("node1 has a link of 12.5 GB/s, and most links beside it have "
                                   "50 GB/s"));
    EXPECT_DOUBLE_EQ(all.stacks[0].tiers[1].port_gbps, 50);
}

TEST(topology_from_ibnetdiscover, more_figures_may_stand_behind_a_link) {
    // As with --full and --grouping.
    std::string text = sample("ibnetdiscover.txt");
    for (auto at = text.find(" 4xNDR\n"); at != text.npos; at = text.find(" 4xNDR\n", at + 8)) {
        text.replace(at, 7, " 4xNDR s=4 w=2 v=8 e=8\n");
    }
    for (auto at = text.find("\n[33]"); at != text.npos; at = text.find("\n[33]", at + 8)) {
        text.replace(at, 5, "\n[33][ext 9]");
    }
    std::vector<std::string> notes;
    std::vector<std::string> none;
    EXPECT_EQ(topology_from_ibnetdiscover(text, "t.txt", {}, notes),
              topology_from_ibnetdiscover(sample("ibnetdiscover.txt"), "t.txt", {}, none));
    EXPECT_THAT(notes, IsEmpty());
}

TEST(topology_from_ibnetdiscover, adapters_without_a_host_name_are_hosts_of_their_own) {
    std::string text;
    for (int port = 1; port <= 3; ++port) {
        text += "[" + std::to_string(port) + "]\t\"H-" + std::to_string(port) +
                "\"[1](1) \t\t# \"MT4129 ConnectX7 Mellanox Technologies\" lid 9 4xNDR\n";
    }
    std::vector<std::string> notes;
    const topology all =
        parse_topology(topology_from_ibnetdiscover(
                           "Switch\t65 \"S-1\"\t\t# \"leaf\" base port 0 lid 1 lmc 0\n" + text,
                           "t.txt", {}, notes),
                       "t.toml");
    EXPECT_EQ(all.root().gpus, 3);
}

TEST(host_from_nccl_xml, files_for_nccl_may_have_the_devices_alone) {
    std::string text = R"(<system version="1"><cpu numaid="0">)";
    for (const char* bus : {"0001:00:00.0", "0002:00:00.0"}) {
        text += std::string(R"(<pci busid="ffff:ff:01.0" class="0x060400"><pci busid=")") + bus +
                R"(" class="0x030200" link_speed="32.0 GT/s PCIe" link_width="16"/>)" +
                R"(<pci busid="0101:00:00.0" class="0x020700"/></pci>)";
    }
    const found_host host = host_from_nccl_xml(text + "</cpu></system>", "t.xml");
    EXPECT_EQ(host.gpus.size(), 2U);
    EXPECT_EQ(host.nics.size(), 2U);
    EXPECT_NEAR(host.gpu_gbps(), 63.015, 1e-3);
    EXPECT_FALSE(host.nvlink());
    static_cast<void>(parse_topology(topology_text(host), "t.toml"));
}

TEST(host_from_hwloc_xml, accelerators_of_other_makers_count_and_management_does_not) {
    std::string text = R"(<topology version="2.0"><object type="Machine">)";
    for (const char* type : {"1200 [1002:74a1] [1002:74a1] 00", "0380 [1002:7408] [1002:0b0c] 01",
                             "0380 [8086:0bd5] [8086:0000] 2f", "0300 [1a03:2000] [1a03:2000] 41",
                             "0200 [15b3:1021] [15b3:0023] 00"}) {
        text += std::string(R"(<object type="PCIDev" pci_type=")") + type +
                R"(" pci_link_speed="63.015385"/>)";
    }
    EXPECT_EQ(host_from_hwloc_xml(text + "</object></topology>", "t.xml").gpus.size(), 3U);
}

TEST(discovery, every_cut_of_a_sample_is_read_or_refused) {
    std::vector<std::string> notes;
    const std::string nccl = sample("nccl_hgx_h100.xml");
    const std::string hwloc = sample("hwloc_two_gpus.xml");
    const std::string ib = sample("ibnetdiscover.txt");
    const std::string slurm = sample("topology.conf");
    const auto cut_all = [](const std::string& whole, const auto& read) {
        for (std::size_t size = 0; size < whole.size(); size += 7) {
            static_cast<void>(refusal([&] { return read(whole.substr(0, size)); }));
        }
    };
    cut_all(nccl, [](const auto& text) { return topology_text(host_from_nccl_xml(text, "t")); });
    cut_all(hwloc, [](const auto& text) { return topology_text(host_from_hwloc_xml(text, "t")); });
    cut_all(ib,
            [&](const auto& text) { return topology_from_ibnetdiscover(text, "t", {}, notes); });
    cut_all(slurm, [&](const auto& text) {
        return topology_from_slurm(text, "t", {"n", 1, "1GB/s", 1}, notes);
    });
    std::string deep = "<system>";
    for (int i = 0; i < 1000; ++i) deep += "<pci>";
    EXPECT_THAT(refusal([&] { return host_from_nccl_xml(deep, "t").gpus.size(); }),
                HasSubstr("XML"));
    for (int i = 0; i < 1000; ++i) deep += "</pci>";
    EXPECT_THAT(refusal([&] { return host_from_nccl_xml(deep + "</system>", "t").gpus.size(); }),
                HasSubstr("too deep"));
    EXPECT_THAT(refusal([&] { return host_from_hwloc_xml("<system/>", "t").gpus.size(); }),
                HasSubstr("<topology>"));
}

}  // namespace
}  // namespace railgauge
