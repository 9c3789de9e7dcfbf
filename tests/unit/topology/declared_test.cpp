// The clusters in topologies/ and what was published about some of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "harness/topology/bound.hpp"
#include "harness/topology/expectations.hpp"
#include "harness/topology/read_topology.hpp"
#include "harness/topology/tier_list.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

const fs::path root = RAILGAUGE_SOURCE_DIR;

topology declared(const std::string& name) {
    return read_topology((root / "topologies" / (name + ".toml")).string());
}

TEST(declared_clusters, have_the_gpus_that_they_are_known_for) {
    const std::map<std::string, std::int64_t> gpus{
        {"hgx-h100-8", 8},           {"hgx-h200-8", 8},
        {"hgx-b200-8", 8},           {"gb200-nvl72", 72},
        {"gb300-nvl72", 72},         {"h100-superpod", 1024},
        {"azure-nd-h100-v5", 14400}, {"azure-nd-gb200-v6", 4608},
        {"llama3-24k-roce", 24576},  {"hpn-dual-plane", 30720},
        {"spectrum-x-100k", 100000}, {"mixed-200k", 200000},
        {"sites-1m", 1000000},       {"lab", 32}};
    for (const auto& [name, count] : gpus) {
        const topology all = declared(name);
        EXPECT_EQ(all.root().gpus, count) << name;
        EXPECT_EQ(all.name, name);
        EXPECT_FALSE(all.description.empty()) << name;
    }
}

TEST(declared_clusters, all_files_are_sound_and_give_a_source_for_every_tier) {
    int files = 0;
    for (const auto& entry : fs::directory_iterator(root / "topologies")) {
        const topology all = read_topology(entry.path().string());
        for (const listed_tier& line : list_tiers(all)) {
            EXPECT_FALSE(line.at->source.empty()) << entry.path() << ' ' << line.path;
        }
        ++files;
    }
    EXPECT_GE(files, 14);
}

TEST(declared_clusters, a_superpod_is_not_oversubscribed_and_a_pod_of_llama_3_is_by_seven) {
    const topology pod = declared("h100-superpod");
    EXPECT_NEAR(pod.root().tiers[1].oversubscription, 1, 1e-9);
    const topology llama = declared("llama3-24k-roce");
    EXPECT_NEAR(llama.root().tiers[2].up_gbps, 3072 * 50 / 7.0, 1e-6);
    const topology hpn = declared("hpn-dual-plane");
    EXPECT_NEAR(hpn.root().tiers[1].oversubscription, 16.0 / 15, 1e-9);
    EXPECT_NEAR(hpn.root().tiers[2].up_gbps, 15 * 48000 / 15.0, 1e-6);
}

struct published_point {
    std::string system;
    std::int64_t gpus = 0;
    std::int64_t domain = 0;
    double bytes = 0;
    double busbw_gbps = 0;
    double time_us = 0;
    double error_gbps = 0;  ///< of reading a chart
};

std::vector<published_point> published_points() {
    std::ifstream in(root / "tests/data/published_all_reduce.csv");
    std::string line;
    std::getline(in, line);
    std::vector<published_point> points;
    while (std::getline(in, line)) {
        std::istringstream fields(line);
        std::vector<std::string> field;
        for (std::string one; std::getline(fields, one, ',');) field.push_back(one);
        if (field.size() != 9) ADD_FAILURE() << line;
        published_point point{field[0],
                              std::stoll(field[1]),
                              std::stoll(field[2]),
                              std::stod(field[4]),
                              std::stod(field[5]),
                              std::stod(field[6]),
                              0};
        if (field[8].starts_with("digitised +-")) point.error_gbps = std::stod(field[8].substr(12));
        points.push_back(point);
    }
    return points;
}

std::string cluster_of(const published_point& point) {
    if (point.domain == 8) return "h100-superpod";
    return point.gpus <= 72 ? "gb200-nvl72" : "azure-nd-gb200-v6";
}

TEST(published_values, none_beats_the_bound_and_large_ones_in_one_domain_come_near) {
    std::map<std::string, topology> clusters;
    int single = 0;
    const auto points = published_points();
    EXPECT_GE(points.size(), 90U);
    for (const published_point& point : points) {
        const std::string name = cluster_of(point);
        if (!clusters.contains(name)) clusters.emplace(name, declared(name));
        const topology& all = clusters.at(name);
        const auto placement = parse_placement("natural", all, point.gpus);
        const auto found = bound_of(all, placement, occupy(all, placement),
                                    {operation_kind::all_reduce, point.bytes, 0});
        ASSERT_TRUE(found.at_ends && found.in_network) << name;
        const double most = point.busbw_gbps + point.error_gbps;
        const double slowest = point.time_us * most / (most - 2 * point.error_gbps);
        EXPECT_GE(slowest, found.in_network->time_us)
            << point.system << ' ' << point.bytes << ": " << found.in_network->reason;
        EXPECT_LE(found.in_network->time_us, found.at_ends->time_us);
        if (point.gpus == point.domain && point.bytes >= (1 << 30)) {
            EXPECT_GE(found.at_ends->time_us / point.time_us, 0.75)
                << point.system << ' ' << point.bytes;
            ++single;
        }
    }
    EXPECT_GE(single, 4);
}

// The first block of TOML in a document that has `word`.
std::string example_with(const std::string& word) {
    const std::string text =
        read_whole_file(std::string(RAILGAUGE_SOURCE_DIR) + "/docs/topology-format.md", 1 << 20);
    const std::string open = "```toml\n";
    for (auto at = text.find(open); at != text.npos; at = text.find(open, at + 1)) {
        const auto from = at + open.size();
        std::string block = text.substr(from, text.find("```", from) - from);
        if (block.find(word) != block.npos) return block;
    }
    return "";
}

TEST(documentation, its_examples_are_sound) {
    const topology all = parse_topology(example_with("two-racks"), "example");
    EXPECT_EQ(all.root().gpus, 256);
    EXPECT_DOUBLE_EQ(all.root().tiers[1].oversubscription, 2);
    EXPECT_EQ(parse_expectations(example_with("[[expect]]"), "example").size(), 1U);
}

}  // namespace
}  // namespace railgauge
