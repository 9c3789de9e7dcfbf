// `railgauge topo` on declared clusters, line by line against golden files.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "harness/cli/command_line.hpp"

namespace railgauge {
namespace {

const std::string root = RAILGAUGE_SOURCE_DIR;

struct answer {
    exit_status status;
    std::string out;
};

answer run_topo(std::vector<std::string> words) {
    words.insert(words.begin(), {"railgauge", "topo"});
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    testing::internal::CaptureStdout();
    const exit_status status =
        run_command_line(static_cast<int>(argv.size()), argv.data(), stdout, stderr);
    return {status, testing::internal::GetCapturedStdout()};
}

std::string golden(const std::string& name) {
    std::ifstream in(root + "/tests/golden/topo/" + name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string declared(const std::string& name) {
    return root + "/topologies/" + name + ".toml";
}

TEST(topo, show_prints_the_tiers) {
    const answer shown = run_topo({"show", declared("h100-superpod"), declared("sites-1m")});
    EXPECT_EQ(shown.status, exit_status::fine);
    EXPECT_EQ(shown.out, golden("show.txt"));
}

TEST(topo, diff_says_what_differs_and_what_it_does) {
    const answer shown = run_topo({"diff", declared("hgx-h100-8"), declared("hgx-b200-8")});
    EXPECT_EQ(shown.status, exit_status::fine);
    EXPECT_EQ(shown.out, golden("diff.txt"));
}

TEST(topo, bound_is_a_json_document) {
    const answer shown =
        run_topo({"bound", declared("h100-superpod"), "--op", "all_reduce,all_to_all", "--bytes",
                  "8,1G", "--ranks", "256", "--json"});
    EXPECT_EQ(shown.status, exit_status::fine);
    EXPECT_EQ(shown.out, golden("bound.json"));
}

TEST(topo, bound_is_a_table_too) {
    const answer shown = run_topo({"bound", declared("mixed-200k"), "--bytes", "1K..1G*1024"});
    EXPECT_EQ(shown.status, exit_status::fine);
    EXPECT_EQ(shown.out, golden("bound.txt"));
}

TEST(topo, a_barrier_has_neither_size_nor_bandwidth) {
    const answer table = run_topo({"bound", declared("lab"), "--op", "barrier"});
    EXPECT_EQ(table.out,
              "barrier on 32 ranks of lab\n"
              "      size      at ends   in network      busbw  what binds\n"
              "         -      5.00 us            -          -  rails: latency of tier 'rails'\n");
    const answer json = run_topo({"bound", declared("lab"), "--op", "barrier", "--json"});
    EXPECT_NE(json.out.find("\"bytes\": null"), std::string::npos) << json.out;
    EXPECT_EQ(json.out.find("busbw"), std::string::npos) << json.out;
}

TEST(topo, pipes_are_no_topologies) {
    const std::string pipe = testing::TempDir() + "/railgauge-topo-pipe.toml";
    std::remove(pipe.c_str());
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(run_topo({"show", pipe}).status, exit_status::usage);
    std::remove(pipe.c_str());
}

TEST(topo, path_names_the_components) {
    const answer shown = run_topo({"path", declared("h100-superpod"), "3", "1020"});
    EXPECT_EQ(shown.status, exit_status::fine);
    EXPECT_EQ(shown.out, golden("path.txt"));
}

TEST(topo, discover_reads_what_other_tools_wrote) {
    const answer shown = run_topo(
        {"discover", "--from", "nccl-xml", root + "/tests/data/discover/nccl_hgx_h100.xml"});
    EXPECT_EQ(shown.status, exit_status::fine);
    EXPECT_EQ(shown.out, golden("discover.toml"));
}

TEST(topo, wrong_words_are_a_wrong_command_line) {
    EXPECT_EQ(run_topo({"bound", "no-such-cluster"}).status, exit_status::usage);
    EXPECT_EQ(run_topo({"bound", declared("lab"), "--ranks", "33"}).status, exit_status::usage);
    EXPECT_EQ(run_topo({"bound", declared("lab"), "--root", "32"}).status, exit_status::usage);
    EXPECT_EQ(run_topo({"diff", declared("lab")}).status, exit_status::usage);
    EXPECT_EQ(run_topo({"path", declared("lab"), "0", "0"}).status, exit_status::usage);
    EXPECT_EQ(run_topo({"discover", "somewhere"}).status, exit_status::usage);
    EXPECT_EQ(run_topo({"show"}).status, exit_status::usage);
}

}  // namespace
}  // namespace railgauge
