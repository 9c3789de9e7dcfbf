// The text of the OSU Micro-Benchmarks, 5 to 7. It does not say how many ranks there were, and
// iterations only with -f; times are means over ranks of means over iterations. Columns are taken
// from their headings: -f, -z, -c and non-blocking operations have others. Figures have two
// decimals, so that a very short time is 0.00: such a row is left out.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/record/import_mpi_names.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t none = static_cast<std::size_t>(-1);

// "# Size       Avg Latency(us)   Min Latency(us)": two blanks at least stand between columns, one
// may stand in a name.
std::vector<std::string_view> headings(std::string_view line) {
    std::vector<std::string_view> names;
    while (line.ends_with(' ')) line.remove_suffix(1);
    std::size_t at = line.find_first_not_of("# \t");
    while (at != std::string_view::npos) {
        const std::size_t end = line.find("  ", at);
        names.push_back(line.substr(at, end == std::string_view::npos ? end : end - at));
        at = end == std::string_view::npos ? end : line.find_first_not_of(' ', end);
    }
    return names;
}

// Where each thing stands in a row.
struct osu_columns {
    std::size_t count = 0;
    std::size_t size = none;
    std::size_t figure = none;
    std::size_t iterations = none;
    std::size_t validation = none;
    bool is_bandwidth = false;
};

std::optional<osu_columns> columns_in(std::string_view line) {
    const auto names = headings(line);
    osu_columns found;
    found.count = names.size();
    const auto place = [&](auto&& is) {
        const auto at = std::ranges::find_if(names, is);
        return at == names.end() ? none : static_cast<std::size_t>(at - names.begin());
    };
    const auto named = [&](std::string_view name) {
        return place([&](std::string_view each) { return each == name; });
    };
    found.size = named("Size");
    found.iterations = named("Iterations");
    found.validation = named("Validation");
    // What it takes without a load beside it, of non-blocking operations.
    constexpr std::array<std::string_view, 5> times{
        "Pure Comm.(us)", "Avg Latency(us)", "Avg Latency (us)", "Latency(us)", "Latency (us)"};
    for (const std::string_view time : times) {
        if (found.figure == none) found.figure = named(time);
    }
    if (found.figure == none) {
        found.figure = place([](std::string_view each) {
            return each == "MB/s" || each.find("(MB/s)") != std::string_view::npos;
        });
        found.is_bandwidth = found.figure != none;
    }
    if (found.figure == none) return std::nullopt;
    return found;
}

class osu_reader {
public:
    explicit osu_reader(import_builder& into) : into_(into) {}

    void read(const text_line& line) {
        const std::vector<text_word> words = words_of(line);
        if (words.empty()) return;
        if (words[0].text.starts_with('#')) {
            read_comment(
                {line.text.substr(words[0].column - line.column), line.number, words[0].column},
                words);
        } else if (!in_table_ || !starts_with_figure(words[0].text)) {
            is_interrupted_ = true;
        } else if (!is_interrupted_ || continues_table(words)) {
            read_row(words, line.number);
        }
    }

    [[nodiscard]] std::string finish() const {
        const ordered_json provenance{{"converted", {{"from", "osu"}, {"tests", tests_}}}};
        return provenance.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

private:
    static bool starts_with_figure(std::string_view text) {
        if (text.starts_with('-')) text.remove_prefix(1);
        return !text.empty() && text[0] >= '0' && text[0] <= '9';
    }

    /// After another program's line: its figures may follow, or the table's. Sizes grow.
    [[nodiscard]] bool continues_table(const std::vector<text_word>& words) const {
        if (words.size() != columns_.count || !figure_from(words[columns_.figure].text)) {
            return false;
        }
        if (columns_.size == none) return !last_size_;
        const auto size = count_from(words[columns_.size].text);
        return size && (!last_size_ || *size > *last_size_);
    }

    // "# OSU MPI-CUDA Allreduce Latency Test v7.3".
    void read_comment(const text_line& line, const std::vector<text_word>& words) {
        constexpr std::string_view begin = "# OSU ";
        constexpr std::string_view type = "Datatype:";
        if (line.text.starts_with(begin)) {
            begin_test(line.text.substr(begin.size()));
        } else if (words.size() > 2 && words[1].text == type) {
            std::string_view name = words[2].text;
            if (name.ends_with('.')) name.remove_suffix(1);
            dtype_ = mpi_dtype(name);
        } else if (words.size() > 2 && words[2].text == "pairs:") {
            read_pairs(words);
        } else if (const auto columns = columns_in(line.text)) {
            in_table_ = !test_.op.empty();
            columns_ = *columns;
            is_interrupted_ = false;
            last_size_.reset();
        }
    }

    // "# [ pairs: 2 ] [ window size: 64 ]".
    void read_pairs(const std::vector<text_word>& words) {
        const auto number_after = [&](std::string_view name) -> std::int32_t {
            for (std::size_t i = 0; i + 1 < words.size(); ++i) {
                if (words[i].text != name) continue;
                return static_cast<std::int32_t>(
                    std::min<std::uint64_t>(count_from(words[i + 1].text).value_or(0), 1 << 24));
            }
            return 0;
        };
        ranks_ = 2 * number_after("pairs:");
        window_ = std::max(number_after("size:"), 1);
    }

    void begin_test(std::string_view title) {
        const std::size_t end = title.find(" Test");
        if (end == std::string_view::npos) return;
        tests_.push_back(title);
        std::string_view name = title.substr(0, end);
        const std::string_view library = name.substr(0, name.find(' '));
        name.remove_prefix(std::min(name.size(), library.size() + 1));
        backend_ = library.starts_with("NCCL") ? "nccl" : "mpi";
        const bool on_device = library.find("CUDA") != std::string_view::npos;
        memory_ = on_device || backend_ == "nccl" ? "cuda" : "host";
        if (name != "Latency" && name.ends_with(" Latency")) name.remove_suffix(8);
        test_ = mpi_operation_from(name, "osu");
        dtype_.clear();
        ranks_ = test_.is_pairwise ? 2 : 0;
        window_ = 1;
        in_table_ = false;
        into_.begin_execution();
    }

    void read_row(const std::vector<text_word>& words, std::uint64_t line) {
        if (words.size() != columns_.count) {
            into_.problem(
                line, words[0].column,
                fmt::format("a row of {} columns where {} belong", words.size(), columns_.count));
            return;
        }
        std::uint64_t bytes = 0;
        if (columns_.size != none) {
            const auto size = count_from(words[columns_.size].text);
            if (!size) {
                into_.problem(line, words[0].column, "the size is not a whole number");
                return;
            }
            bytes = *size;
        }
        last_size_ = bytes;
        const text_word& figure_word = words[columns_.figure];
        const auto figure = figure_from(figure_word.text);
        if (!figure) {
            into_.problem(line, figure_word.column,
                          fmt::format("'{}' is not a figure", figure_word.text.substr(0, 40)));
            return;
        }
        if (*figure == 0) {
            // It prints hundredths: neither a ratio nor a bandwidth can be made of what is less.
            into_.problem(line, figure_word.column,
                          columns_.is_bandwidth ? "the bandwidth is 0: less than OSU's digits show"
                                                : "the time is 0: less than OSU's digits show");
            return;
        }
        point_record point = unknown_point();
        point.key.ranks = ranks_ > 0 ? ranks_ : into_.options().ranks;
        if (point.key.ranks == 0) {
            into_.fail(line, 1, "OSU's text does not say how many ranks there were; give --ranks");
        }
        if (!scale_bytes(test_, point.key.ranks, bytes)) {
            into_.problem(line, words[0].column, "the size is beyond 64 bits");
            return;
        }
        point.key.op = test_.op;
        point.key.backend = backend_;
        point.key.dtype = dtype_;
        point.key.redop = "";
        point.key.bytes = bytes;
        point.key.timing = "streamed";
        point.key.window = window_;
        point.key.memory = memory_;
        add(std::move(point), words, *figure);
    }

    void add(point_record point, const std::vector<text_word>& words, double figure) {
        point.verified = "no";
        const std::string_view validation =
            columns_.validation == none ? "" : words[columns_.validation].text;
        if (validation == "Pass") point.verified = "yes";
        if (validation == "Fail") {
            point.status = point_status::invalid;
            point.verified = "wrong";
            point.reason = "OSU's validation failed";
        }
        if (columns_.is_bandwidth) {
            point.algbw_gbps = figure / 1e3;
            into_.add(std::move(point));
            return;
        }
        const auto iterations = columns_.iterations == none
                                    ? std::nullopt
                                    : count_from(words[columns_.iterations].text);
        into_.add_mean(std::move(point), figure,
                       std::max<std::uint64_t>(iterations.value_or(1), 1));
    }

    import_builder& into_;
    mpi_operation test_;
    std::string backend_;
    std::string memory_;
    std::string dtype_;
    std::int32_t ranks_ = 0;  ///< 0: the text does not say it
    std::int32_t window_ = 1;
    osu_columns columns_;
    bool in_table_ = false;
    bool is_interrupted_ = false;             ///< another program's line stands in the table
    std::optional<std::uint64_t> last_size_;  ///< of the open table
    ordered_json tests_ = ordered_json::array();
};

}  // namespace

std::string import_osu(std::string_view text, import_builder& into) {
    osu_reader reader(into);
    line_scanner lines(text);
    while (const auto line = lines.next()) reader.read(*line);
    return reader.finish();
}

}  // namespace railgauge
