#include "harness/topology/read_topology.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/base/error.hpp"
#include "tests/unit/topology/text.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const std::string& text) {
    try {
        static_cast<void>(parse_topology(text, "t.toml"));
    } catch (const input_error& wrong) {
        return wrong.what();
    }
    return "";
}

/// The small topology with one piece replaced, which has to be in it.
std::string with(const std::string& piece, const std::string& instead) {
    std::string text = test::small;
    const std::size_t at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    return text.replace(at, piece.size(), instead);
}

std::string refusal_with(const std::string& piece, const std::string& instead) {
    return refusal(with(piece, instead));
}

TEST(read_topology, wants_units_of_times_and_no_control_characters) {
    EXPECT_THAT(refusal_with("\"3us\"", "\"3\""), HasSubstr("expected to have a unit"));
    EXPECT_THAT(refusal_with("name = \"leaf\"", "name = \"le\\u001baf\""),
                HasSubstr("control character"));
}

TEST(parse_topology, rates_and_counts_are_computed_from_the_inside_outwards) {
    const topology read = parse_topology(test::small, "t.toml");
    const stack& root = read.root();
    ASSERT_EQ(root.tiers.size(), 3U);
    EXPECT_EQ(root.gpus, 64);
    EXPECT_EQ(root.gpus_per_host, 8);
    EXPECT_DOUBLE_EQ(root.tiers[0].member_gbps, 450);
    EXPECT_TRUE(root.tiers[0].reduces);
    EXPECT_DOUBLE_EQ(root.tiers[1].member_gbps, 400);
    EXPECT_DOUBLE_EQ(root.tiers[1].up_gbps, 800);
    EXPECT_DOUBLE_EQ(root.tiers[1].oversubscription, 2);
    EXPECT_EQ(root.tiers[1].source, "a data sheet, https://example.org/sheet; assumed");
    EXPECT_DOUBLE_EQ(root.tiers[2].member_gbps, 800);
    EXPECT_EQ(root.tiers[2].source, "latency: measured");
    EXPECT_EQ(root.tiers[2].routing, routing_kind::ecmp);
    EXPECT_EQ(gpus_in_group(read, 0, 0), 8);
    EXPECT_EQ(gpus_in_group(read, 0, 1), 32);
    EXPECT_DOUBLE_EQ(read.gpus.at("fast").power_w, 700);
}

TEST(parse_topology, a_rate_that_does_not_say_bits_or_bytes_is_refused_with_both_readings) {
    for (const char* rate : {"400G", "400Gb", "400GB", "400"}) {
        EXPECT_THAT(refusal_with("\"400Gb/s\"", "\"" + std::string(rate) + "\""),
                    AllOf(StartsWith("t.toml:15:8: "), HasSubstr("b/s are bits"),
                          HasSubstr("B/s are bytes")))
            << rate;
    }
    EXPECT_THAT(refusal_with("\"400Gb/s\"", "\"400gb/s\""), HasSubstr("expected a rate"));
    EXPECT_THAT(refusal_with("\"400Gb/s\"", "400"), HasSubstr("text in quotes"));
}

TEST(parse_topology, unknown_words_have_their_place_and_the_nearest_known_one) {
    EXPECT_THAT(refusal_with("uplinks", "uplink_s"),
                AllOf(StartsWith("t.toml:44:1: "), HasSubstr("'uplink_s'"),
                      HasSubstr("did you mean 'uplinks'?")));
}

TEST(parse_topology, unknown_parts_sources_and_media_are_named) {
    EXPECT_THAT(refusal_with("nic.ib\"\nports", "nic.ip\"\nports"),
                HasSubstr("unknown nic 'ip'; known: ib"));
    EXPECT_THAT(refusal_with("gpu = \"fast\"", "gpu = \"fats\""),
                HasSubstr("did you mean 'fast'?"));
    EXPECT_THAT(refusal_with("source = \"assumed\"", "source = \"asumed\""),
                HasSubstr("did you mean 'assumed'?"));
    EXPECT_THAT(refusal_with("\"nvlink\"\nmembers", "\"nvlnk\"\nmembers"),
                HasSubstr("did you mean 'nvlink'?"));
    EXPECT_THAT(refusal_with("\"ecmp\"", "\"ecpm\""), HasSubstr("did you mean 'ecmp'?"));
    EXPECT_THAT(refusal_with("node = \"box\"", "node = \"bix\""), HasSubstr("did you mean 'box'?"));
}

TEST(parse_topology, counts_that_do_not_multiply_out_are_refused) {
    EXPECT_THAT(refusal_with("gpus = 64", "gpus = 65"),
                AllOf(StartsWith("t.toml:3:8: "), HasSubstr("65"), HasSubstr("64")));
    EXPECT_THAT(refusal_with("ports = 8", "ports = 7"), HasSubstr("do not spread evenly over 2"));
    EXPECT_THAT(refusal_with("gpus = 8", "gpus = 3"), HasSubstr("neither divides the other"));
    EXPECT_THAT(refusal_with("uplinks = 16", "uplinks = 16\noversubscription = 3"),
                AllOf(HasSubstr("that is 2, not 3")));
    EXPECT_THAT(refusal_with("members = 2\n", "members = 2\nport = \"100GB/s\"\n"),
                AllOf(HasSubstr("200 GB/s"), HasSubstr("800 GB/s")));
    EXPECT_THAT(refusal_with("members = 4", "members = 1000000000"), HasSubstr("more than"));
    EXPECT_THAT(refusal_with("members = 4", "members = 0"), HasSubstr("whole number, 1 to"));
}

TEST(parse_topology, missing_figures_and_sources_are_refused) {
    EXPECT_THAT(refusal_with("latency = \"3us\"\n", ""),
                HasSubstr("'latency' is missing in tier 'leaf'"));
    EXPECT_THAT(refusal_with("members = 4\n", ""), HasSubstr("'members' is missing"));
    EXPECT_THAT(refusal_with("port = \"gpu.fast\"\n", ""), HasSubstr("'port' is missing"));
    EXPECT_THAT(refusal_with("uplinks = 16\n", ""),
                AllOf(HasSubstr("tier 'spine' has no rate"), HasSubstr("in tier 'leaf'")));
    EXPECT_THAT(refusal_with("source = [\"sheet\", \"assumed\"]\n", ""),
                HasSubstr("'source' is missing in tier 'leaf'"));
    EXPECT_THAT(refusal_with("{ latency = \"measured\" }", "{ reduces = \"measured\" }"),
                HasSubstr("does not say where 'latency' comes from"));
}

TEST(parse_topology, tiers_in_the_wrong_order_are_refused) {
    EXPECT_THAT(
        refusal_with("medium = \"infiniband\"\nmembers = 2", "medium = \"nvlink\"\nmembers = 2"),
        AllOf(HasSubstr("tier 'spine' (nvlink) stands outside of tier 'leaf' (infiniband)")));
    EXPECT_THAT(refusal_with("switches = 4", "switches = 4\nuplinks = 4"),
                HasSubstr("its uplinks lead nowhere"));
}

TEST(parse_topology, hosts_fit_into_what_tiers_between_hosts_join) {
    EXPECT_THAT(refusal_with("gpu = \"fast\"\ngpus = 8", "gpu = \"fast\"\ngpus = 256"),
                AllOf(HasSubstr("a host of 'box' has 256 GPUs"), HasSubstr("tier 'leaf'"),
                      HasSubstr("between hosts")));
    EXPECT_THAT(refusal_with("gpu = \"fast\"\ngpus = 8", "gpu = \"fast\"\ngpus = 32"),
                HasSubstr("has to be whole hosts"));
    // One tier alone, smaller than a host.
    EXPECT_THAT(refusal("[topology]\nname = \"t\"\ngpus = 8\nnode = \"n\"\n"
                        "[node.n]\ngpus = 256\nsource = \"assumed\"\n"
                        "[[tier]]\nname = \"nvlink\"\nmedium = \"nvlink\"\nmembers = 8\n"
                        "port = \"1GB/s\"\nlatency = \"1us\"\nsource = \"assumed\"\n"),
                AllOf(HasSubstr("t.toml:4:8: "), HasSubstr("a host has to fit in")));
    // Half a host in each switch of PCIe is fine.
    EXPECT_EQ(refusal("[topology]\nname = \"t\"\ngpus = 8\nnode = \"n\"\n"
                      "[node.n]\ngpus = 8\nsource = \"assumed\"\n"
                      "[[tier]]\nname = \"switch\"\nmedium = \"pcie\"\nmembers = 4\n"
                      "port = \"1GB/s\"\nlatency = \"1us\"\nuplinks = 1\nsource = \"assumed\"\n"
                      "[[tier]]\nname = \"root\"\nmedium = \"pcie\"\nmembers = 2\n"
                      "latency = \"1us\"\nsource = \"assumed\"\n"),
              "");
}

TEST(parse_topology, ports_between_hosts_are_the_nodes_nics) {
    EXPECT_THAT(refusal_with("nics = 8", "nics = 4"),
                AllOf(StartsWith("t.toml:40:9: "),
                      HasSubstr("tier 'leaf' has 8 ports, but its 1 host of 'box' have 4 NICs")));
    EXPECT_THAT(refusal_with("ports = 8\n", ""), HasSubstr("has 2 ports"));
    std::string other =
        with("[node.box]", "[nic.other]\nport = \"1GB/s\"\nsource = \"assumed\"\n\n[node.box]");
    const std::string used = "port = \"nic.ib\"";
    other.replace(other.find(used), used.size(), "port = \"nic.other\"");
    EXPECT_THAT(refusal(other), HasSubstr("the port is 'nic.other', and node 'box' has nic 'ib'"));
    // What leaves the last tier inside counts as well.
    EXPECT_THAT(
        refusal_with("reduces = true\n", "reduces = true\nuplinks = 4\nuplink = \"nic.ib\"\n"),
        HasSubstr("tier 'nvlink' has 4 uplinks, but its 1 host of 'box' have 8 NICs"));
}

constexpr const char* sites = R"(
[topology]
name = "two sites"
gpus = 20
contains = [ { stack = "big", count = 1 }, { stack = "little", count = 2 } ]
[node.n]
gpus = 4
source = "assumed"
[[stack]]
name = "big"
node = "n"
[[stack.tier]]
name = "nvlink"
medium = "nvlink"
members = 4
port = "100GB/s"
latency = "1us"
source = "assumed"
[[stack.tier]]
name = "leaf"
medium = "ethernet"
members = 3
port = "40GB/s"
latency = "2us"
oversubscription = 4
source = "assumed"
[[stack]]
name = "little"
node = "n"
[[stack.tier]]
name = "nvlink"
medium = "nvlink"
members = 4
port = "100GB/s"
latency = "1us"
uplinks = 2
uplink = "80Gb/s"
source = "assumed"
[[tier]]
name = "wan"
medium = "wan"
latency = "1ms"
source = "assumed"
)";

TEST(parse_topology, kinds_of_groups_keep_their_own_rates) {
    const topology read = parse_topology(sites, "t.toml");
    ASSERT_EQ(read.stacks.size(), 3U);
    const stack& root = read.root();
    EXPECT_EQ(root.gpus, 20);
    EXPECT_EQ(root.tiers[0].members, 3);
    ASSERT_EQ(root.contains.size(), 2U);
    EXPECT_DOUBLE_EQ(root.contains[0].gbps, 30);
    EXPECT_DOUBLE_EQ(root.contains[1].gbps, 20);
}

TEST(parse_topology, what_contains_itself_or_is_contained_nowhere_is_refused) {
    std::string text = sites;
    const std::string leaf = "name = \"little\"\nnode = \"n\"";
    text.replace(text.find(leaf), leaf.size(),
                 "name = \"little\"\ncontains = [ { stack = \"little\", count = 1 } ]");
    EXPECT_THAT(refusal(text), HasSubstr("the stack 'little' contains itself"));
    text = sites;
    const std::string use = ", { stack = \"little\", count = 2 }";
    text.replace(text.find(use), use.size(), "");
    text.replace(text.find("gpus = 20"), 9, "gpus = 12");
    EXPECT_THAT(refusal(text), HasSubstr("nothing contains the stack 'little'"));
}

TEST(parse_topology, every_cut_of_the_text_is_read_or_refused) {
    for (const std::string& whole : {std::string(test::small), std::string(sites)}) {
        for (std::size_t size = 0; size < whole.size(); size += 3) {
            static_cast<void>(refusal(whole.substr(0, size)));
        }
    }
}

}  // namespace
}  // namespace railgauge
