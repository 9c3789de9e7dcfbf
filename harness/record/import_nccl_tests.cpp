// The text of nccl-tests and rccl-tests, from 2.0 on: columns differ from version to version, so
// they are taken from the headings. A time is the mean of the iterations of all ranks.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/operation_kind.hpp"
#include "harness/record/import_nccl_names.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t columns_of_side = 4;  // time, algbw, busbw, #wrong

class nccl_tests_reader {
public:
    explicit nccl_tests_reader(import_builder& into) : into_(into) {}

    void read(const text_line& line) {
        last_line_ = line.number;
        const std::vector<text_word> words = words_of(line);
        if (words.empty()) return;
        const bool concluded = line.text.find("concluded") != std::string_view::npos;
        if (const std::string_view op = nccl_operation_in(line.text); !op.empty() && !concluded) {
            op_ = op;
        }
        if (words[0].text.starts_with('#')) {
            read_comment(line, words);
        } else if (in_table_ && words[0].text[0] >= '0' && words[0].text[0] <= '9') {
            read_row(words, line.number);
        }
        read_version(line);
    }

    [[nodiscard]] std::string finish() {
        if (in_table_) {
            into_.cut();
            into_.problem(last_line_, 1, "the file ends within a table");
        }
        ordered_json provenance;
        provenance["converted"] = {{"from", "nccl-tests"}, {"executions", executions_}};
        provenance["hosts"] = ordered_json::array();
        for (const std::string& host : hosts_) provenance["hosts"].push_back({{"name", host}});
        if (!nccl_version_.empty()) provenance["libraries"] = {{"nccl", nccl_version_}};
        return provenance.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

private:
    void read_comment(const text_line& line, const std::vector<text_word>& words) {
        const auto is = [&](std::size_t place, std::string_view text) {
            return place < words.size() && words[place].text == text;
        };
        const auto has = [&](std::string_view text) {
            return line.text.find(text) != std::string_view::npos;
        };
        if (is(1, "nThread")) {
            begin_execution(words);
        } else if (is(1, "Rank") && has(" Pid ") && has(" device ")) {
            read_rank(words);
        } else if (has("out-of-place")) {
            in_table_ = true;
            into_.begin_execution();
            sides_ = has(" in-place") ? 2 : 1;
            table_line_ = line.number;
        } else if (has("Out of bounds values") || has("Avg bus bandwidth")) {
            in_table_ = false;
            op_.clear();  // the next table's program is named before it
        }
        if (has("algbw") && has("busbw")) {
            wrong_is_count_ = has("#wrong");
            has_moment_ = has("timestamp");
        }
    }

    // "# nThread 1 nGpus 8 minBytes 8 ... warmup iters: 5 iters: 20 agg iters: 1 ... graph: 0".
    void begin_execution(const std::vector<text_word>& words) {
        ranks_ = 0;
        iterations_ = warm_up_ = 0;
        graph_ = false;
        ordered_json settings = ordered_json::object();
        std::string name;
        for (std::size_t i = 1; i < words.size(); ++i) {
            const std::string_view word = words[i].text;
            // "2(factor)", "1048576(bytes)".
            const auto count = count_from(word.substr(0, word.find('(')));
            if (!count) {
                if (!name.empty()) name += ' ';
                name += word.substr(0, word.find(':'));
                continue;
            }
            settings[name] = *count;
            if (name == "iters") iterations_ = *count;
            if (name == "warmup iters") warm_up_ = *count;
            if (name == "graph") graph_ = *count > 0;
            name.clear();
        }
        executions_.push_back({{"settings", settings}, {"ranks", ordered_json::array()}});
    }

    // "#  Rank  0 Group  0 Pid   6899 on  node-1 device  0 [0000:04:00] NVIDIA H100 80GB HBM3".
    void read_rank(const std::vector<text_word>& words) {
        if (executions_.empty()) {
            executions_.push_back(
                {{"settings", ordered_json::object()}, {"ranks", ordered_json::array()}});
        }
        ordered_json rank;
        std::string device;
        for (std::size_t i = 1; i + 1 < words.size(); ++i) {
            const std::string_view next = words[i + 1].text;
            if (words[i].text == "Rank") {
                if (const auto number = count_from(next)) rank["rank"] = *number;
            } else if (words[i].text == "on") {
                rank["host"] = next;
                hosts_.insert(std::string(next));
            } else if (words[i].text == "device") {
                if (const auto number = count_from(next)) rank["device"] = *number;
                if (i + 2 < words.size()) rank["pci"] = words[i + 2].text;
                for (std::size_t rest = i + 3; rest < words.size(); ++rest) {
                    if (!device.empty()) device += ' ';
                    device += words[rest].text;
                }
                break;
            }
        }
        if (!device.empty()) rank["gpu"] = device;
        executions_.back()["ranks"].push_back(rank);
        ++ranks_;
    }

    // "NCCL version 2.18.3+cuda12.2" (NCCL_DEBUG=VERSION), "nccl-library=22707".
    void read_version(const text_line& line) {
        constexpr std::string_view words = "NCCL version ";
        constexpr std::string_view code = "nccl-library=";
        if (const auto at = line.text.find(words); at != std::string_view::npos) {
            const std::string_view rest = line.text.substr(at + words.size());
            nccl_version_ = rest.substr(0, rest.find_first_of(" +\t"));
        } else if (const auto found = line.text.find(code); found != std::string_view::npos) {
            const std::string_view rest = line.text.substr(found + code.size());
            const auto number = count_from(rest.substr(0, rest.find_first_of(" \t")));
            if (number) nccl_version_ = nccl_version(*number);
        }
    }

    void need_subject(std::uint64_t line) {
        if (op_.empty()) op_ = into_.options().op;
        if (op_.empty()) {
            into_.fail(table_line_, 1,
                       "the file does not say which operation this table is of; give --op");
        }
        if (ranks_ == 0) ranks_ = into_.options().ranks;
        if (ranks_ == 0) {
            into_.fail(line, 1, "the file does not name its ranks; give --ranks");
        }
    }

    void read_row(std::vector<text_word> words, std::uint64_t line) {
        if (has_moment_ && words.size() > 2) words.resize(words.size() - 2);
        // A replayed trace has blanks where the out-of-place figures stand.
        const bool in_place_only = sides_ == 2 && words.size() == 5 + columns_of_side;
        const std::size_t sides = in_place_only ? 1 : sides_;
        const std::size_t figures = sides * columns_of_side;
        if (words.size() < 3 + figures || words.size() > 5 + figures) {
            into_.problem(line, words[0].column,
                          fmt::format("a row of {} columns where {} to {} belong", words.size(),
                                      3 + figures, 5 + figures));
            return;
        }
        need_subject(line);
        const auto bytes = count_from(words[0].text);
        if (!bytes) {
            into_.problem(line, words[0].column, "the size is not a whole number");
            return;
        }
        point_record point = unknown_point();
        point.key.op = op_;
        point.key.backend = "nccl";
        point.key.dtype = nccl_dtype(words[2].text);
        point.key.redop = "none";
        point.key.bytes = *bytes;
        point.key.ranks = ranks_;
        point.key.timing = "streamed";
        point.key.memory = "cuda";
        point.key.graph = graph_;
        point.warm_up = warm_up_;
        // Versions differ in what stands between the type and the times: redop, root, or less.
        for (std::size_t i = 3; i < words.size() - figures; ++i) {
            if (const auto root = count_from(words[i].text)) {
                point.key.root = static_cast<std::int32_t>(std::min<std::uint64_t>(*root, 1 << 30));
            } else if (words[i].text != "-1") {
                point.key.redop = words[i].text;
            }
        }
        for (std::size_t side = 0; side < sides; ++side) {
            point.key.in_place = in_place_only || side == 1;
            read_side(point, &words[words.size() - figures + side * columns_of_side], line);
        }
    }

    // Four words: time, algbw, busbw, #wrong; "N/A" for a side that was not measured.
    void read_side(point_record point, const text_word* words, std::uint64_t line) {
        if (words[0].text == "N/A") return;
        const auto time = figure_from(words[0].text);
        const auto algbw = figure_from(words[1].text);
        const auto busbw = figure_from(words[2].text);
        const auto wrong = figure_from(words[3].text);
        for (std::size_t i = 0; i < 3; ++i) {
            if (figure_from(words[i].text)) continue;
            into_.problem(line, words[i].column,
                          fmt::format("'{}' is not a figure", words[i].text.substr(0, 40)));
            return;
        }
        if (!wrong && words[3].text != "N/A") {
            into_.problem(line, words[3].column, "#wrong is neither a number nor N/A");
            return;
        }
        const auto kind = operation_kind_from(op_);
        const double factor = kind ? bus_bandwidth_factor(*kind, ranks_) : 1;
        // Both are rounded to hundredths.
        if (kind && std::abs(*busbw - factor * *algbw) > 0.006 * (1 + factor) + 0.001 * *busbw) {
            into_.problem(line, words[2].column,
                          fmt::format("busbw is not {:.4g} x algbw, as it is for {} of {} ranks",
                                      factor, op_, ranks_));
            return;
        }
        point.verified = wrong && *wrong == 0 ? "yes" : "no";
        if (wrong && *wrong > 0 && wrong_is_count_) {
            point.verified = "wrong";
            point.status = point_status::invalid;
            point.reason = fmt::format("nccl-tests counted {} wrong", words[3].text);
        }
        into_.add_mean(std::move(point), *time, std::max<std::uint64_t>(iterations_, 1));
    }

    import_builder& into_;
    std::string op_;
    std::int32_t ranks_ = 0;
    std::uint64_t iterations_ = 0;
    std::uint64_t warm_up_ = 0;
    bool graph_ = false;
    bool in_table_ = false;
    bool has_moment_ = false;     ///< a date and a time end each row
    bool wrong_is_count_ = true;  ///< up to 2.12 it is the largest difference, with no verdict
    std::size_t sides_ = 2;
    std::uint64_t table_line_ = 1;
    std::uint64_t last_line_ = 1;
    std::string nccl_version_;
    std::set<std::string> hosts_;
    ordered_json executions_ = ordered_json::array();
};

}  // namespace

std::string import_nccl_tests(std::string_view text, import_builder& into) {
    nccl_tests_reader reader(into);
    line_scanner lines(text);
    while (const auto line = lines.next()) reader.read(*line);
    return reader.finish();
}

}  // namespace railgauge
