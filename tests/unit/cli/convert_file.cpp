#include "harness/cli/convert_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/cli/command_line.hpp"
#include "harness/cli/report_files.hpp"
#include "harness/compare/result_set.hpp"
#include "harness/record/validate.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string samples = RAILGAUGE_SOURCE_DIR "/tests/data/convert/";

class convert : public testing::Test {
protected:
    convert()
        : folder_(fs::temp_directory_path() / ("railgauge_convert_" + std::to_string(getpid()))) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~convert() override {
        std::error_code fault;
        fs::remove_all(folder_, fault);
    }
    [[nodiscard]] std::string in_folder(const std::string& name) const {
        return (folder_ / name).string();
    }
    [[nodiscard]] convert_outcome take(const std::string& file, const std::string& out) const {
        return convert_file({file, std::nullopt, {}, in_folder(out)});
    }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(in_folder(name), std::ios::binary) << text;
        return in_folder(name);
    }

private:
    fs::path folder_;
};

TEST_F(convert, makes_a_sound_results_file_that_a_report_takes) {
    const convert_outcome outcome = take(samples + "nccl_tests_2.13.txt", "a.jsonl");
    EXPECT_TRUE(outcome.whole);
    EXPECT_THAT(outcome.text, HasSubstr("nccl-tests, 42 points, 2 launches"));
    const results_check check = validate_results(in_folder("a.jsonl"));
    EXPECT_THAT(check.problems, testing::IsEmpty());
    EXPECT_TRUE(check.ended);
    const auto page = make_report({{in_folder("a.jsonl")}, report_format::html, ""}).outputs;
    EXPECT_THAT(page[0].text, HasSubstr("all_gather nccl, float32, 16 ranks, streamed"));
    // What nccl-tests printed, printed again as nccl-tests does.
    const auto text = make_report({{in_folder("a.jsonl")}, report_format::nccl_tests, ""}).outputs;
    EXPECT_THAT(text[0].text,
                HasSubstr("   134217728      33554432     float     sum      -1    702.5  191.06  "
                          "358.23      0    700.3  191.66  359.36      0\n"));
}

TEST_F(convert, what_was_cut_stays_cut) {
    std::ifstream in(samples + "nccl_tests_2.13.txt");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    text.resize(text.find("# Out of bounds"));
    const convert_outcome outcome = take(write("cut.txt", text), "cut.jsonl");
    EXPECT_FALSE(outcome.whole);
    EXPECT_THAT(outcome.complaints, HasSubstr("the file ends within a table"));
    EXPECT_FALSE(validate_results(in_folder("cut.jsonl")).ended);
}

TEST_F(convert, refuses_what_it_does_not_know_and_never_overwrites) {
    EXPECT_THROW((void)take(write("x.txt", "no results\n"), "x.jsonl"), usage_error);
    EXPECT_FALSE(fs::exists(in_folder("x.jsonl")));
    EXPECT_THROW((void)take(in_folder("absent"), "y.jsonl"), usage_error);
    EXPECT_THROW((void)take(in_folder(""), "y.jsonl"), usage_error);
    EXPECT_THROW((void)take(samples + "imb_2021.txt", "no/folder.jsonl"), system_error);
    EXPECT_TRUE(take(samples + "imb_2021.txt", "imb.jsonl").whole);
    try {
        (void)take(samples + "imb_2021.txt", "imb.jsonl");
        FAIL();
    } catch (const usage_error& refusal) {
        EXPECT_THAT(refusal.what(), HasSubstr("imb.jsonl exists"));
        EXPECT_THAT(refusal.what(), HasSubstr("--out"));
        EXPECT_THAT(refusal.what(), testing::Not(HasSubstr("--resume")));
    }
}

TEST_F(convert, a_file_of_no_use_leaves_the_others_to_be_converted) {
    const std::array files{in_folder("absent"), write("unknown.txt", "no results\n"),
                           samples + "imb_2021.txt"};
    const std::string out = in_folder("out");
    fs::create_directories(out);
    const auto status = [&](const std::string& to) {
        std::vector<const char*> words{"railgauge", "convert", "--out", to.c_str()};
        for (const std::string& file : files) words.push_back(file.c_str());
        const int count = static_cast<int>(words.size());
        words.push_back(nullptr);
        return run_command_line(count, words.data(), stdout, stderr);
    };
    EXPECT_EQ(status(out), exit_status::usage);
    EXPECT_TRUE(validate_results(out + "/imb_2021.jsonl").ended);
    EXPECT_EQ(status(files[2]), exit_status::usage) << "several files need a folder";
}

TEST(converted_name, is_the_files_without_its_ending) {
    EXPECT_EQ(converted_name("/logs/run.1.txt", ""), "run.1.jsonl");
    EXPECT_EQ(converted_name("log", "out"), "out/log.jsonl");
}

TEST_F(convert, report_names_and_folders) {
    EXPECT_EQ(report_format_of("x.html"), report_format::html);
    EXPECT_EQ(report_format_of("x.prom"), report_format::prometheus);
    EXPECT_EQ(report_format_of("x.htm"), report_format::html);
    EXPECT_FALSE(report_format_of("x.json"));
    for (const std::string_view name : report_format_names()) {
        EXPECT_TRUE(report_format_from(name)) << name;
    }
    EXPECT_THROW((void)results_files_of({in_folder("")}), usage_error);
    (void)take(samples + "imb_2021.txt", "b.jsonl");
    (void)take(samples + "ucx_perftest_1.13.txt", "a.jsonl");
    EXPECT_THAT(
        results_files_of({in_folder(""), in_folder("a.jsonl")}),
        testing::ElementsAre(in_folder("a.jsonl"), in_folder("b.jsonl"), in_folder("a.jsonl")));
    EXPECT_THROW((void)make_report({{"a", "b"}, report_format::csv, ""}), usage_error);
    const auto two =
        make_report({{in_folder("b.jsonl")}, report_format::github_benchmark, "o/x.json"}).outputs;
    ASSERT_EQ(two.size(), 2U);
    EXPECT_EQ(two[0].file, "o/x-time.json");
    EXPECT_EQ(two[1].file, "o/x-bandwidth.json");
    write_whole({in_folder("w"), "text"});
    std::ifstream in(in_folder("w"));
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "text");
}

TEST_F(convert, a_bad_line_is_named_and_the_others_reported) {
    (void)take(samples + "imb_2021.txt", "good.jsonl");
    std::ifstream in(in_folder("good.jsonl"));
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t second = text.find('\n') + 1;
    const std::string file = write("bad.jsonl", text.insert(second, "{\"kind\":\"point\"}\nnot\n"));
    for (const std::string_view name : report_format_names()) {
        SCOPED_TRACE(name);
        const made_report made = make_report({{file}, *report_format_from(name), "x"});
        EXPECT_THAT(made.complaints, HasSubstr("bad.jsonl:2:"));
        EXPECT_THAT(made.complaints, HasSubstr("bad.jsonl:3:"));
        if (name == "csv") continue;
        const auto good = make_report({{in_folder("good.jsonl")}, *report_format_from(name), "x"});
        EXPECT_EQ(good.complaints, "");
        if (name == "html" || name == "md") {
            EXPECT_THAT(made.outputs[0].text, HasSubstr("bad.jsonl"));
        } else {
            EXPECT_EQ(made.outputs[0].text, good.outputs[0].text) << "all but the bad lines";
        }
    }
}

TEST_F(convert, against_another_set_it_compares) {
    (void)take(samples + "nccl_tests_2.13.txt", "a.jsonl");
    const std::string a = in_folder("a.jsonl");
    const made_report page = make_report({{a}, report_format::html, "", {a}});
    EXPECT_THAT(page.outputs[0].text, HasSubstr("id=comparison"));
    EXPECT_THAT(page.outputs[0].text, HasSubstr("28 points, 2 pairs of launches"));
    EXPECT_THAT(page.outputs[0].text, HasSubstr("cannot be told"));
    const made_report text = make_report({{a}, report_format::md, "", {a}});
    EXPECT_THAT(text.outputs[0].text, HasSubstr("| all\\_reduce"));
    EXPECT_THROW((void)make_report({{a}, report_format::junit, "", {a}}), usage_error);
}

}  // namespace
}  // namespace railgauge
