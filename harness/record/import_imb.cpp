// The text of the Intel MPI Benchmarks. The time is t_avg (t[usec] of PingPong, half of a round
// trip): the mean over ranks of the means of so many repetitions.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/record/import_mpi_names.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

class imb_reader {
public:
    explicit imb_reader(import_builder& into) : into_(into) {}

    void read(const text_line& line) {
        last_line_ = line.number;
        const std::vector<text_word> words = words_of(line);
        if (words.empty()) {
            columns_.clear();
        } else if (words[0].text.starts_with('#') ||
                   line.text.find("#repetitions") != std::string_view::npos) {
            read_comment(line, words);
        } else if (!columns_.empty() && words[0].text[0] >= '0' && words[0].text[0] <= '9') {
            read_row(words, line.number);
        }
    }

    [[nodiscard]] std::string finish() {
        if (!finalized_ && !into_.empty()) {
            into_.cut();
            into_.problem(last_line_, 1, "the file ends before MPI_Finalize");
        }
        ordered_json provenance;
        provenance["converted"] = {{"from", "imb"}, {"said", said_}};
        return provenance.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

private:
    void read_comment(const text_line& line, const std::vector<text_word>& words) {
        const auto has = [&](std::string_view text) {
            return line.text.find(text) != std::string_view::npos;
        };
        if (words.size() > 2 && words[1].text == "Benchmarking") {
            constexpr std::string_view several = "Multi-";
            std::string_view name = words[2].text;
            in_groups_ = name.starts_with(several);
            if (in_groups_) name.remove_prefix(several.size());
            test_ = mpi_operation_from(name, "imb");
            ranks_ = 0;
            columns_.clear();
            into_.begin_execution();
        } else if (words.size() > 3 && words[1].text == "#processes") {
            ranks_ = static_cast<std::int32_t>(
                std::min<std::uint64_t>(count_from(words[3].text).value_or(0), 1 << 30));
        } else if (words.size() > 5 && words[1].text == "(" && words[3].text == "groups") {
            // "# ( 2 groups of 2 processes each running simultaneous )": the worst is shown, or a
            // line for each group.
            in_groups_ = true;
            ranks_ = static_cast<std::int32_t>(
                std::min<std::uint64_t>(count_from(words[5].text).value_or(0), 1 << 30));
        } else if (has("#repetitions")) {
            columns_.clear();
            for (const text_word& word : words) columns_.emplace_back(word.text);
        } else if (has("MPI_Finalize")) {
            finalized_ = true;
        } else if (const std::size_t colon = line.text.find(" : "); colon < 40) {
            read_setting(line.text, colon);
        }
    }

    // "# MPI_Datatype for reductions    :   MPI_FLOAT".
    void read_setting(std::string_view line, std::size_t colon) {
        const auto trimmed = [](std::string_view text) {
            const std::size_t begin = text.find_first_not_of(" #\t");
            if (begin == std::string_view::npos) return std::string_view();
            return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
        };
        const std::string_view name = trimmed(line.substr(0, colon));
        const std::string_view value = trimmed(line.substr(colon + 3));
        if (name.empty()) return;
        said_[std::string(name)] = value;
        if (name == "MPI_Datatype") dtype_ = mpi_dtype(value);
        if (name == "MPI_Datatype for reductions") reduced_dtype_ = mpi_dtype(value);
        if (name == "MPI_Op" && value == "MPI_SUM") redop_ = "sum";
    }

    [[nodiscard]] const text_word* column(const std::vector<text_word>& words,
                                          std::string_view name) const {
        const auto found = std::ranges::find(columns_, name);
        if (found == columns_.end()) return nullptr;
        const auto place = static_cast<std::size_t>(found - columns_.begin());
        return place < words.size() ? &words[place] : nullptr;
    }

    struct figures {
        std::uint64_t bytes = 0;
        std::uint64_t repetitions = 0;
        double mean_us = 0;
    };

    /// Nothing where the row has none, which is then said.
    [[nodiscard]] std::optional<figures> figures_of(const std::vector<text_word>& words,
                                                    std::uint64_t line) {
        const text_word* size = column(words, "#bytes");
        const text_word* repetitions = column(words, "#repetitions");
        const text_word* time = column(words, "t_avg[usec]");
        if (!time) time = column(words, "t[usec]");
        if (!time) time = column(words, "t_pure[usec]");  // non-blocking, without a load beside it
        const auto bytes = size ? count_from(size->text) : std::optional<std::uint64_t>(0);
        const std::uint64_t count =
            repetitions ? count_from(repetitions->text).value_or(0) : std::uint64_t{0};
        const auto mean = time ? figure_from(time->text) : std::optional<double>();
        if (!bytes || count == 0 || !mean) {
            // "4194304  out-of-mem.; needed X= ...", "time-out."
            const bool left_out =
                repetitions && repetitions->text.find('-') != std::string_view::npos;
            into_.problem(line, words[0].column,
                          left_out ? "IMB did not measure this size: " +
                                         std::string(repetitions->text.substr(0, 40))
                                   : "size, repetitions and time are not all figures");
            return std::nullopt;
        }
        if (*mean == 0) {
            into_.problem(line, words[0].column, "the time is 0: less than IMB's digits show");
            return std::nullopt;
        }
        return figures{*bytes, count, *mean};
    }

    void read_row(const std::vector<text_word>& words, std::uint64_t line) {
        const std::optional<figures> read = figures_of(words, line);
        if (!read) return;
        if (ranks_ == 0) ranks_ = into_.options().ranks;
        if (ranks_ == 0) into_.fail(line, 1, "the file does not say #processes; give --ranks");
        point_record point = unknown_point();
        point.key.op = test_.op;
        point.key.backend = "mpi";
        const bool reduces =
            test_.op == "all_reduce" || test_.op == "reduce" || test_.op == "reduce_scatter";
        point.key.dtype = reduces ? reduced_dtype_ : dtype_;
        point.key.redop = reduces ? redop_ : "none";
        point.key.bytes = read->bytes;
        point.key.ranks = ranks_;
        point.key.timing = "streamed";
        if (in_groups_) {
            const text_word* group = column(words, "Group");
            point.key.group = "imb-multi";
            if (group) point.key.group += ":" + std::string(group->text.substr(0, 20));
            point.place = group_place{0, 0, 0, {}};
        }
        point.verified = "no";
        if (!scale_bytes(test_, ranks_, point.key.bytes)) {
            into_.problem(line, words[0].column, "the size is beyond 64 bits");
            return;
        }
        into_.add_mean(std::move(point), read->mean_us, read->repetitions);
    }

    import_builder& into_;
    mpi_operation test_;
    std::int32_t ranks_ = 0;
    std::string dtype_;
    std::string reduced_dtype_;
    std::string redop_;
    std::vector<std::string> columns_;  ///< of the open table
    bool in_groups_ = false;            ///< -multi: several groups at once
    bool finalized_ = false;
    std::uint64_t last_line_ = 1;
    ordered_json said_ = ordered_json::object();
};

}  // namespace

std::string import_imb(std::string_view text, import_builder& into) {
    imb_reader reader(into);
    line_scanner lines(text);
    while (const auto line = lines.next()) reader.read(*line);
    return reader.finish();
}

}  // namespace railgauge
