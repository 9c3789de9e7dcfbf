// The text of the OSU Micro-Benchmarks, 5 to 7. It does not say how many ranks or iterations there
// were; times are means over ranks of means over iterations.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/record/import_mpi_names.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

class osu_reader {
public:
    explicit osu_reader(import_builder& into) : into_(into) {}

    void read(const text_line& line) {
        const std::vector<text_word> words = words_of(line);
        if (words.empty()) return;
        if (words[0].text.starts_with('#')) {
            read_comment(line, words);
        } else if (in_table_ && words[0].text[0] >= '0' && words[0].text[0] <= '9') {
            read_row(words, line.number);
        } else {
            in_table_ = false;  // what follows is another program's
        }
    }

    [[nodiscard]] std::string finish() const {
        const ordered_json provenance{{"converted", {{"from", "osu"}, {"tests", tests_}}}};
        return provenance.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

private:
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
        } else if (line.text.find("Latency") != std::string_view::npos ||
                   line.text.find("MB/s") != std::string_view::npos) {
            in_table_ = !test_.op.empty();
            is_bandwidth_ = line.text.find("MB/s") != std::string_view::npos;
            has_size_ = line.text.find("Size") != std::string_view::npos;
            has_validation_ = line.text.find("Validation") != std::string_view::npos;
        }
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
        in_table_ = false;
        into_.begin_execution();
    }

    void read_row(const std::vector<text_word>& words, std::uint64_t line) {
        if (words.size() < (has_size_ ? 2U : 1U)) {
            into_.problem(line, words[0].column, "a size without a figure");
            return;
        }
        std::uint64_t bytes = 0;
        if (has_size_) {
            const auto size = count_from(words[0].text);
            if (!size) {
                into_.problem(line, words[0].column, "the size is not a whole number");
                return;
            }
            bytes = *size;
        }
        const text_word& figure_word = words[has_size_ ? 1 : 0];
        const auto figure = figure_from(figure_word.text);
        if (!figure) {
            into_.problem(line, figure_word.column,
                          fmt::format("'{}' is not a figure", figure_word.text.substr(0, 40)));
            return;
        }
        point_record point = unknown_point();
        point.key.ranks = test_.is_pairwise ? 2 : into_.options().ranks;
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
        point.key.memory = memory_;
        point.verified = "no";
        if (has_validation_ && words.back().text == "Pass") point.verified = "yes";
        if (has_validation_ && words.back().text == "Fail") {
            point.status = point_status::invalid;
            point.verified = "wrong";
            point.reason = "OSU's validation failed";
        }
        if (is_bandwidth_) {
            point.algbw_gbps = *figure / 1e3;
            into_.add(std::move(point));
        } else {
            into_.add_mean(std::move(point), *figure, 1);
        }
    }

    import_builder& into_;
    mpi_operation test_;
    std::string backend_;
    std::string memory_;
    std::string dtype_;
    bool in_table_ = false;
    bool is_bandwidth_ = false;
    bool has_size_ = true;
    bool has_validation_ = false;
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
