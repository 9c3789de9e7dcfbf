#include "harness/cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace railgauge {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct answer {
    exit_status status;
    std::string out;
    std::string err;
};

std::string content(std::FILE* file) {
    std::string text;
    std::rewind(file);
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
    return text;
}

answer say(std::vector<const char*> words) {
    words.insert(words.begin(), "railgauge");
    const int count = static_cast<int>(words.size());
    words.push_back(nullptr);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::tmpfile(), std::fclose);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> err(std::tmpfile(), std::fclose);
    const exit_status status = run_command_line(count, words.data(), out.get(), err.get());
    return {status, content(out.get()), content(err.get())};
}

TEST(run_command_line, help_and_version) {
    EXPECT_THAT(say({}).out, StartsWith("railgauge\n"));
    EXPECT_EQ(say({}).status, exit_status::fine);
    EXPECT_THAT(say({"--help"}).out, StartsWith("railgauge\n"));
    EXPECT_THAT(say({"doctor", "--help"}).out, StartsWith("railgauge doctor\n"));
    EXPECT_THAT(say({"check", "-h"}).out, StartsWith("railgauge check\n"));
    const answer version = say({"--version"});
    EXPECT_EQ(version.status, exit_status::fine);
    EXPECT_THAT(version.out, StartsWith("railgauge "));
    EXPECT_THAT(version.out, HasSubstr("MPI modules: "));
    EXPECT_THAT(version.err, IsEmpty());
}

TEST(run_command_line, unknown_words_end_with_status_2_and_a_suggestion) {
    const answer verb = say({"docotr"});
    EXPECT_EQ(verb.status, exit_status::usage);
    EXPECT_THAT(verb.err, StartsWith("railgauge: unknown verb 'docotr'; did you mean 'doctor'?\n"));
    EXPECT_THAT(verb.err, HasSubstr("See 'railgauge --help'"));
    EXPECT_THAT(verb.out, IsEmpty());
    const answer flag = say({"list", "--jsno"});
    EXPECT_EQ(flag.status, exit_status::usage);
    EXPECT_THAT(flag.err, HasSubstr("unknown flag '--jsno'; did you mean '--json'?"));
    EXPECT_THAT(flag.err, HasSubstr("See 'railgauge list --help'"));
    EXPECT_THAT(say({"--versoin"}).err, HasSubstr("did you mean '--version'?"));
    EXPECT_THAT(say({"list", "what"}).err, HasSubstr("'list' takes no 'what'"));
    EXPECT_EQ(say({"frobnicate"}).status, exit_status::usage);
}

TEST(run_command_line, a_report_says_what_is_wrong_with_its_file) {
    const answer json = say({"report", "/nonexistent.jsonl", "-o", "a.json"});
    EXPECT_EQ(json.status, exit_status::usage);
    EXPECT_THAT(json.err, HasSubstr("'.json' says no format, as .html, .md"));
    EXPECT_THAT(json.err, HasSubstr("--format html, md"));
    const answer folder = say({"report", "/nonexistent.jsonl", "-o", "/"});
    EXPECT_EQ(folder.status, exit_status::usage);
    EXPECT_THAT(folder.err, HasSubstr("is a folder; give a file in it: /report.html"));
    for (const char* out : {"a", "a.htm", "a.html"}) {
        const answer read = say({"report", "/nonexistent.jsonl", "-o", out});
        EXPECT_EQ(read.status, exit_status::cannot) << out;
        EXPECT_THAT(read.err, HasSubstr("/nonexistent.jsonl")) << out;
    }
}

TEST(run_command_line, a_count_below_0_is_refused) {
    for (const char* const verb : {"compare", "history"}) {
        const char* const flag = verb[0] == 'c' ? "--points" : "--series";
        const answer refused = say({verb, "a", "b", flag, "-3"});
        EXPECT_EQ(refused.status, exit_status::usage) << verb;
        EXPECT_THAT(refused.err, HasSubstr(flag));
        EXPECT_THAT(refused.err, HasSubstr("-3"));
    }
}

TEST(run_command_line, wrong_values_end_with_status_2) {
    EXPECT_EQ(say({"doctor", "--ranks", "0"}).status, exit_status::usage);
    EXPECT_EQ(say({"doctor", "--ranks", "many"}).status, exit_status::usage);
    EXPECT_EQ(say({"doctor", "--ranks"}).status, exit_status::usage);
    EXPECT_EQ(say({"check"}).status, exit_status::usage);
    EXPECT_EQ(say({"check", "/nonexistent/file"}).status, exit_status::usage);
}

}  // namespace
}  // namespace railgauge
