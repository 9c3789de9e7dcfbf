#include "harness/topology/expectations.hpp"

#include <fmt/format.h>

#include "harness/base/rates.hpp"
#include "harness/base/regular_file.hpp"
#include "harness/base/units.hpp"
#include "harness/topology/read_topology.hpp"
#include "harness/topology/toml_walk.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_expectation_bytes = 4 << 20;
const std::string place = "[[expect]]";

class expectation_reader {
public:
    explicit expectation_reader(const std::string& file) : walk_(file) {}

    std::vector<expectation> read(const toml::table& root) const {
        walk_.check_keys(root, {"expect"}, "a file of expectations");
        const toml::node& list = walk_.needed(root, "expect", "the file");
        if (list.as_array() == nullptr || list.as_array()->empty()) {
            walk_.fail(list, "at least one [[expect]] is expected");
        }
        std::vector<expectation> found;
        for (const toml::node& one : *list.as_array()) {
            found.push_back(read_one(walk_.table_of(one, "expect")));
        }
        return found;
    }

private:
    expectation read_one(const toml::table& from) const {
        walk_.check_keys(from,
                         {"op", "backend", "algorithm", "library", "ranks", "bytes", "busbw_low",
                          "busbw_high", "time_high", "source"},
                         place);
        expectation one;
        const toml::node& op = walk_.needed(from, "op", place);
        const std::string word = walk_.text_of(op, "op");
        const auto kind = operation_kind_from(word);
        if (!kind) {
            toml_walk::strings known;
            for (const auto each : all_operation_kinds) known.emplace_back(name_of(each));
            walk_.unknown(op, "operation", word, known);
        }
        one.kind = *kind;
        text(from, "backend", one.backend);
        text(from, "algorithm", one.algorithm);
        text(from, "library", one.library);
        if (const auto* ranks = from.get("ranks")) one.ranks = walk_.count_of(*ranks, "ranks");
        read_sizes(from, one);
        rate(from, "busbw_low", one.busbw_low_gbps);
        rate(from, "busbw_high", one.busbw_high_gbps);
        if (const auto* time = from.get("time_high")) {
            one.time_high_us = walk_.time_us_of(*time, "time_high");
        }
        if (!one.busbw_low_gbps && !one.time_high_us) {
            walk_.fail(from, "one of 'busbw_low' and 'time_high' is expected in [[expect]]");
        }
        if (one.busbw_high_gbps && one.busbw_low_gbps &&
            *one.busbw_high_gbps < *one.busbw_low_gbps) {
            walk_.fail(*from.get("busbw_high"), "'busbw_high' is below 'busbw_low'");
        }
        one.source = walk_.text_of(walk_.needed(from, "source", place), "source");
        return one;
    }

    void text(const toml::table& from, const char* key, std::string& into) const {
        if (const auto* node = from.get(key)) into = walk_.text_of(*node, key);
    }

    void rate(const toml::table& from, const char* key, std::optional<double>& into) const {
        const auto* node = from.get(key);
        if (node == nullptr) return;
        into = walk_.placed(*node, [&] { return parse_rate_gbps(walk_.text_of(*node, key)); });
    }

    // "1M" or "1M..16G", both ends included.
    void read_sizes(const toml::table& from, expectation& into) const {
        const toml::node& node = walk_.needed(from, "bytes", place);
        const std::string range = walk_.text_of(node, "bytes");
        const std::size_t dots = range.find("..");
        walk_.placed(node, [&] {
            into.least_bytes = parse_size(range.substr(0, dots));
            into.most_bytes =
                dots == std::string::npos ? into.least_bytes : parse_size(range.substr(dots + 2));
        });
        if (into.most_bytes < into.least_bytes) walk_.fail(node, "'bytes' ends below its start");
    }

    toml_walk walk_;
};

}  // namespace

std::vector<expectation> parse_expectations(std::string_view text, const std::string& file) {
    try {
        return expectation_reader(file).read(toml::parse(text, file));
    } catch (const toml::parse_error& wrong) {
        throw input_error(file, wrong.source().begin.line, wrong.source().begin.column,
                          std::string(wrong.description()));
    }
}

bool looks_like_expectations(std::string_view text) {
    try {
        return toml::parse(text).contains("expect");
    } catch (const toml::parse_error&) {
        return text.starts_with("[[expect]]") || text.find("\n[[expect]]") != text.npos;
    }
}

std::vector<expectation> read_expectations(const std::string& path) {
    constexpr const char* advice = "name a file of expectations (docs/topology-format.md)";
    require_regular_file(path, advice);
    return parse_expectations(read_whole_file(path, most_expectation_bytes, advice), path);
}

}  // namespace railgauge
