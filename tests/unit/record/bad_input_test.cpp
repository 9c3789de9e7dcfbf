// What others wrote: refused with a place and words, never a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/record/results_reader.hpp"
#include "harness/record/validate.hpp"
#include "tests/unit/record/example.hpp"

namespace railgauge {
namespace {

using testing::HasSubstr;

// The words with which `line`, as the second one of a file, is refused; empty when it is not.
std::string refusal(const std::string& line) {
    results_visitor nobody;
    try {
        (void)read_results_text(to_line(example::header()) + '\n' + line + '\n', "f", nobody,
                                {.samples = true});
    } catch (const input_error& error) {
        EXPECT_EQ(error.line(), 2U);
        EXPECT_GE(error.column(), 1U);
        return error.what();
    }
    return {};
}

std::string point_with(const std::string& name, const nlohmann::json& value) {
    auto line = nlohmann::ordered_json::parse(to_line(example::point(0)));
    line[name] = value;
    return line.dump();
}

TEST(reader, refuses_what_is_not_json) {
    const std::string point = to_line(example::point(0));
    EXPECT_THAT(refusal(""), HasSubstr("f:2:"));
    EXPECT_NE(refusal("[]"), "");
    EXPECT_NE(refusal("7"), "");
    EXPECT_NE(refusal("{\"kind\":\"point\""), "");
    EXPECT_NE(refusal(point + point), "");
    EXPECT_NE(refusal(std::string("{\"kind\":\0\"point\"}", 17)), "");
    EXPECT_NE(refusal("{\"kind\":\"\xff\xfe\"}"), "");
    EXPECT_NE(refusal("{\"kind\":NaN}"), "");
    EXPECT_NE(refusal("{\"kind\":1e999}"), "");
}

TEST(reader, refuses_deep_nesting) {
    for (const char* open : {"[", "{\"a\":"}) {
        std::string line = "{\"kind\":\"point\",\"x\":";
        for (int i = 0; i < 100000; ++i) line += open;
        EXPECT_THAT(refusal(line), HasSubstr("nested deeper"));
    }
}

TEST(reader, refuses_names_that_stand_twice) {
    EXPECT_THAT(refusal(R"({"kind":"point","op":"a","op":"b"})"), HasSubstr("\"op\" stands twice"));
    EXPECT_THAT(refusal(R"({"kind":"point","samples_us":[1],"samples_us":[2]})"),
                HasSubstr("stands twice"));
}

TEST(reader, refuses_endless_lists_and_objects) {
    std::string list = "{\"kind\":\"point\",\"flags\":[1";
    for (int i = 0; i < 4'000'001; ++i) list += ",1";
    EXPECT_THAT(refusal(list + "]}"), HasSubstr("four million"));
    std::string object = "{\"kind\":\"point\"";
    for (int i = 0; i < 5000; ++i) object += ",\"" + std::to_string(i) + "\":1";
    EXPECT_THAT(refusal(object + "}"), HasSubstr("4096 names"));
}

TEST(reader, refuses_wrong_types_and_ranges_by_name) {
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, nlohmann::json>>{{"index", -1},
                                                             {"index", 1.5},
                                                             {"index", "0"},
                                                             {"bytes", -5},
                                                             {"bytes", 1e30},
                                                             {"ranks", 0},
                                                             {"ranks", 1LL << 40},
                                                             {"status", "fine"},
                                                             {"op", 3},
                                                             {"in_place", "yes"},
                                                             {"time_us", 4},
                                                             {"flags", "x"},
                                                             {"flags", {1}},
                                                             {"last_ranks", {1}},
                                                             {"algbw_gbps", "fast"},
                                                             {"samples_us", {"a"}},
                                                             {"samples_us", {{1}}},
                                                             {"null_reasons", 1},
                                                             {"soak_round", 1LL << 40}}) {
        if (name == "null_reasons") continue;  // only read where a bound is absent
        EXPECT_THAT(refusal(point_with(name, value)), HasSubstr("\"" + name + "\"")) << value;
    }
    EXPECT_EQ(refusal(to_line(example::point(0))), "");
    for (const char* name :
         {"kind", "index", "op", "backend", "dtype", "bytes", "ranks", "status"}) {
        auto line = nlohmann::ordered_json::parse(to_line(example::point(0)));
        line.erase(name);
        EXPECT_THAT(refusal(line.dump()), HasSubstr("missing")) << name;
    }
}

TEST(reader, names_the_column) {
    results_visitor nobody;
    try {
        (void)read_results_text("{\"kind\":\"header\",\"schema\":\"other\"}\n", "f", nobody);
        FAIL();
    } catch (const input_error& error) {
        EXPECT_EQ(error.column(), 18U);
    }
}

TEST(reader, keeps_versions_apart) {
    const auto read_version = [](const std::string& version, const std::string& more) {
        run_header header = example::header();
        header.version = version;
        results_visitor nobody;
        (void)read_results_text(to_line(header) + '\n' + more, "f", nobody);
    };
    EXPECT_NO_THROW(read_version("0.9.0", ""));
    EXPECT_NO_THROW(read_version("1.7.3", "{\"kind\":\"weather\"}\n"));
    EXPECT_THROW(read_version("1.0.0", "{\"kind\":\"weather\"}\n"), input_error);
    EXPECT_THROW(read_version("1", ""), input_error);
    EXPECT_THROW(read_version("1.0.99999999999999", ""), input_error);
    try {
        read_version("2.1.0", "");
        FAIL();
    } catch (const input_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("2.1.0"));
    }
}

TEST(reader, keeps_lines_in_order) {
    EXPECT_THAT(refusal(to_line(example::header())), HasSubstr("second header"));
    EXPECT_THROW(
        {
            results_visitor nobody;
            (void)read_results_text(to_line(example::point(0)) + '\n', "f", nobody);
        },
        input_error);
    EXPECT_THROW(
        {
            results_visitor nobody;
            (void)read_results_text(example::text() + to_line(example::point(0)) + '\n', "f",
                                    nobody);
        },
        input_error);
}

std::vector<std::string> problems_with(const std::function<void(point_record&)>& change) {
    point_record point = example::point(0);
    change(point);
    const example::scratch_file file(to_line(example::header()) + '\n' + to_line(point) + '\n');
    return validate_results(file.path()).problems;
}

TEST(validate, finds_figures_that_contradict) {
    EXPECT_TRUE(problems_with([](auto&) {}).empty());
    const std::vector<std::function<void(point_record&)>> changes{
        [](auto& p) { p.time_us->ci_low = p.time_us->p50 + 1; },
        [](auto& p) { p.time_us->min = 1.3; },
        [](auto& p) { p.time_us->p99 = 0.1; },
        [](auto& p) { p.time_us->ci_high.reset(); },
        [](auto& p) { *p.algbw_gbps *= 2; },
        [](auto& p) { *p.busbw_gbps *= 2; },
        [](auto& p) { p.samples_us.pop_back(); },
        [](auto& p) { p.samples_us[3] = 0.5; },
        [](auto& p) { p.index = 4; },
        [](auto& p) { p.key.op = "all_redcue"; },
        [](auto& p) { p.key.root = 2; },
        [](auto& p) { p.status = point_status::failed; },
        [](auto& p) { p.time_us.reset(); },
        [](auto& p) {
            p.last_ranks = {{7, 1}};
        },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        EXPECT_FALSE(problems_with(changes[i]).empty()) << "change " << i;
    }
}

TEST(validate, counts_the_whole_file) {
    const example::scratch_file file(example::text());
    const results_check check = validate_results(file.path());
    EXPECT_TRUE(check.problems.empty()) << check.problems.front();
    EXPECT_EQ(check.counts, example::end().counts);
    EXPECT_EQ(check.lines, 7U);
    EXPECT_EQ(check.samples, 18U);
    EXPECT_EQ(check.launches, 1);
    EXPECT_TRUE(check.ended);
    EXPECT_FALSE(check.cut);
    const example::scratch_file twice(to_line(example::header()) + '\n' +
                                      to_line(example::point(0)) + '\n' +
                                      to_line(example::point(0)) + '\n');
    EXPECT_EQ(validate_results(twice.path()).problems.size(), 1U);
    const example::scratch_file empty(" ");
    EXPECT_THROW((void)validate_results(empty.path()), input_error);
}

}  // namespace
}  // namespace railgauge
