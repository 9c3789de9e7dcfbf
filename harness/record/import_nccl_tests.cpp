// The text of nccl-tests and rccl-tests, from 2.0 on: columns differ from version to version, so
// they are taken from the headings. A time is the mean of the iterations of all ranks. railgauge
// prints such tables, too (--format nccl-tests), and says before each what it is of.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/base/operation_kind.hpp"
#include "harness/record/import_nccl_job.hpp"
#include "harness/record/import_nccl_names.hpp"
#include "harness/record/import_own_subject.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t least_columns = 4;  // of a side: time, algbw, busbw, #wrong

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
        job_.read_version(line.text);
    }

    [[nodiscard]] std::string finish() {
        if (in_table_) {
            into_.cut();
            into_.problem(last_line_, 1, "the file ends within a table");
        }
        ordered_json provenance = job_.provenance();
        if (!own_run_.empty()) provenance["converted"]["run_id"] = own_run_;
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
        if (is(1, "railgauge") && is(2, "run") && words.size() == 4) {
            own_run_ = words[3].text;
            subject_.reset();
        } else if (!own_run_.empty() && read_own(line, words)) {
            return;
        } else if (is(1, "nThread")) {
            job_.read_settings(words);
            ranks_ = 0;
            subject_.reset();
        } else if (is(1, "Rank") && has(" Pid ") && has(" device ")) {
            job_.read_rank(words);
            ranks_ = job_.ranks();
        } else if (has("out-of-place")) {
            in_table_ = true;
            if (!subject_) into_.begin_execution();
            sides_ = has(" in-place") ? 2 : 1;
            columns_ = least_columns;
            table_line_ = line.number;
        } else if (has("Out of bounds values") || has("Avg bus bandwidth")) {
            in_table_ = false;
            op_.clear();  // the next table's program is named before it
        }
        if (has("algbw") && has("busbw")) read_headings(words);
    }

    // "# size count type redop root time algbw busbw #wrong i_min ... time algbw ...": a side
    // reaches from its time to the next side's.
    void read_headings(const std::vector<text_word>& words) {
        wrong_is_count_ = has_moment_ = false;
        std::vector<std::size_t> times;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::string_view word = words[i].text;
            if (word == "time" || word == "cputime") times.push_back(i);
            if (word == "#wrong") wrong_is_count_ = true;
            if (word == "timestamp") has_moment_ = true;
        }
        if (times.empty()) return;
        const std::size_t end = words.size() - (has_moment_ ? 1 : 0);
        columns_ = std::max((times.size() > 1 ? times[1] : end) - times[0], least_columns);
    }

    // Our own words around a table.
    bool read_own(const text_line& line, const std::vector<text_word>& words) {
        if (auto subject = parse_own_subject(line.text)) {
            if (!subject_ || subject->launch != subject_->launch) into_.begin_execution();
            op_ = subject->key.op;
            ranks_ = subject->key.ranks;
            subject_ = std::move(subject);
            return true;
        }
        const bool names = subject_ && words.size() == 3 && words[1].text == "algorithm:";
        if (names) subject_->key.algorithm = words[2].text;
        return names;
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
        const bool in_place_only = sides_ == 2 && words.size() == 5 + columns_;
        const std::size_t sides = in_place_only ? 1 : sides_;
        const std::size_t figures = sides * columns_;
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
        point_record point = begin_point();
        point.key.dtype = nccl_dtype(words[2].text);
        point.key.bytes = *bytes;
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
            read_side(point, &words[words.size() - figures + side * columns_], line);
        }
    }

    [[nodiscard]] point_record begin_point() const {
        point_record point = unknown_point();
        point.key.redop = "none";
        if (subject_) {
            point.key = subject_->key;
            point.key.redop = "none";
            point.place = subject_->place;
            return point;
        }
        point.key.op = op_;
        point.key.backend = "nccl";
        point.key.ranks = ranks_;
        point.key.timing = "streamed";
        point.key.memory = "cuda";
        point.key.graph = job_.graph();
        point.warm_up = job_.warm_up();
        return point;
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
        into_.add_mean(std::move(point), *time,
                       std::max<std::uint64_t>(subject_ ? 1 : job_.iterations(), 1));
    }

    import_builder& into_;
    nccl_job job_;
    std::string op_;
    std::int32_t ranks_ = 0;
    bool in_table_ = false;
    bool has_moment_ = false;     ///< a date and a time end each row
    bool wrong_is_count_ = true;  ///< up to 2.12 it is the largest difference, with no verdict
    std::size_t sides_ = 2;
    std::size_t columns_ = least_columns;  ///< of a side; with its times of iterations, more
    std::string own_run_;                  ///< the run that railgauge printed
    std::optional<own_subject> subject_;   ///< what it says of the next table
    std::uint64_t table_line_ = 1;
    std::uint64_t last_line_ = 1;
};

}  // namespace

std::string import_nccl_tests(std::string_view text, import_builder& into) {
    nccl_tests_reader reader(into);
    line_scanner lines(text);
    while (const auto line = lines.next()) reader.read(*line);
    return reader.finish();
}

}  // namespace railgauge
