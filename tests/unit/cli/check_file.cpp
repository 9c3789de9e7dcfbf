#include "harness/cli/check_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace railgauge {
namespace {

using testing::HasSubstr;

file_verdict check_text(std::string_view text) {
    const auto path =
        std::filesystem::temp_directory_path() / ("railgauge-check-" + std::to_string(getpid()));
    std::ofstream(path, std::ios::binary) << text;
    const file_verdict verdict = check_file(path.string());
    std::filesystem::remove(path);
    return verdict;
}

TEST(check_file, the_suites_of_the_house_are_sound) {
    for (const char* name : {"quick", "full"}) {
        const auto verdict =
            check_file(std::string(RAILGAUGE_SOURCE_DIR) + "/benches/suites/" + name + ".toml");
        EXPECT_TRUE(verdict.sound) << verdict.text;
        EXPECT_THAT(verdict.text, HasSubstr("a sound suite"));
    }
}

TEST(check_file, names_line_and_column) {
    const auto suite = check_text("name = \"x\"\n[[case]\n");
    EXPECT_FALSE(suite.sound);
    EXPECT_THAT(suite.text, HasSubstr(":2:"));
    const auto results = check_text("{\"kind\": \"header\"\n");
    EXPECT_FALSE(results.sound);
    EXPECT_THAT(results.text, HasSubstr(":1:"));
}

TEST(check_file, knows_expectations) {
    const auto sound = check_text(
        "[[expect]]\nop = \"all_reduce\"\nbytes = \"1M\"\nbusbw_low = \"1GB/s\"\nsource = \"x\"\n");
    EXPECT_TRUE(sound.sound) << sound.text;
    EXPECT_THAT(sound.text, HasSubstr("a sound file of expectations, 1 of them"));
    const auto wrong = check_text("[[expect]]\nop = \"all_reduse\"\n");
    EXPECT_FALSE(wrong.sound);
    EXPECT_THAT(wrong.text, HasSubstr("did you mean 'all_reduce'?"));
    const auto torn = check_text("[[expect]]\nop = all_reduce\n");
    EXPECT_FALSE(torn.sound);
    EXPECT_THAT(torn.text, HasSubstr(":2:"));
}

TEST(check_file, says_that_a_file_is_too_long_and_not_that_it_is_no_suite) {
    std::string text = "[topology]\nname = \"x\"\n";
    while (text.size() <= 4 << 20) text += "# a comment that goes on and on\n";
    const auto verdict = check_text(text);
    EXPECT_FALSE(verdict.sound);
    EXPECT_THAT(verdict.text, HasSubstr("is longer than 4 MiB"));
}

TEST(check_file, pipes_and_devices_are_no_files) {
    const auto pipe =
        std::filesystem::temp_directory_path() / ("railgauge-pipe-" + std::to_string(getpid()));
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    for (const std::string& path : {pipe.string(), std::string("/dev/zero")}) {
        const auto verdict = check_file(path);
        EXPECT_FALSE(verdict.sound);
        EXPECT_THAT(verdict.text, HasSubstr("not a regular file"));
    }
    std::filesystem::remove(pipe);
}

TEST(check_file, what_cannot_be_read_is_not_sound) {
    EXPECT_FALSE(check_file("/nonexistent/file").sound);
    EXPECT_THAT(check_file("/nonexistent/file").text, HasSubstr("No such file"));
    EXPECT_FALSE(check_file("/tmp").sound);
    EXPECT_FALSE(check_text("").sound);
    EXPECT_FALSE(check_text(std::string("\0\xff\xfe", 3)).sound);
}

}  // namespace
}  // namespace railgauge
