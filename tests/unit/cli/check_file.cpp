#include "harness/cli/check_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
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

TEST(check_file, what_cannot_be_read_is_not_sound) {
    EXPECT_FALSE(check_file("/nonexistent/file").sound);
    EXPECT_THAT(check_file("/nonexistent/file").text, HasSubstr("No such file"));
    EXPECT_FALSE(check_file("/tmp").sound);
    EXPECT_FALSE(check_text("").sound);
    EXPECT_FALSE(check_text(std::string("\0\xff\xfe", 3)).sound);
}

}  // namespace
}  // namespace railgauge
