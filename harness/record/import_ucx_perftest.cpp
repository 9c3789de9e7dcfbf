// The output of ucx_perftest. Which test it was and the message's size are said by the side that
// prints the heading, or by the lines of batch files (-b); the other side's output has figures
// alone, and the user says the rest (--op, --bytes). MB are 2^20 bytes.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"
#include "harness/record/import_ucx_row.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string as_word(std::string_view text) {
    std::string word(text.substr(0, 64));
    std::ranges::replace(word, ' ', '_');
    return word;
}

class ucx_reader {
public:
    explicit ucx_reader(import_builder& into) : into_(into) {}

    void read(const text_line& line) {
        last_line_ = line.number;
        if (const auto layout = ucx_layout_of(line.text)) {
            begin_figures(*layout, line.text);
        } else if (line.text.starts_with('+')) {
            read_test_name(line.text);
        } else if (!read_heading(line.text) && layout_ != ucx_layout::none) {
            read_figures(line);
        }
    }

    [[nodiscard]] std::string finish() {
        flush();
        if (layout_ == ucx_layout::labelled && !finished_) {
            into_.cut();
            into_.problem(last_line_, 1, "the file ends before \"Final:\"");
        }
        const ordered_json provenance{{"converted", {{"from", "ucx-perftest"}, {"tests", tests_}}}};
        return provenance.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

private:
    void begin_figures(ucx_layout layout, std::string_view line) {
        flush();
        if (!has_heading_) into_.begin_execution();
        has_heading_ = finished_ = false;
        layout_ = layout;
        names_.clear();
        const std::size_t figures = line.find("iterations,");
        csv_names_ =
            layout == ucx_layout::csv
                ? static_cast<std::size_t>(std::ranges::count(line.substr(0, figures), ','))
                : 0;
    }

    // "+tag_lat/00000008--------------+---------+": the batch files' names of the next test.
    void read_test_name(std::string_view line) {
        flush();
        std::string_view name = line.substr(1);
        name = name.substr(0, name.find_first_of("-+"));
        names_.clear();
        while (!name.empty()) {
            const std::size_t end = name.find('/');
            names_.emplace_back(name.substr(0, end));
            if (end == std::string_view::npos) break;
            name.remove_prefix(end + 1);
        }
    }

    // "| Test:         tag match latency          |", "| Message size: 1048576      |".
    bool read_heading(std::string_view text) {
        if (!text.starts_with('|')) return false;
        if (text.find("latency (usec)") != std::string_view::npos) has_latency_ = true;
        if (text.find("overhead (usec)") != std::string_view::npos) has_latency_ = false;
        const std::size_t colon = text.find(':');
        const std::string_view name = trimmed(text.substr(1, std::min(colon, text.size()) - 1));
        if (colon == std::string_view::npos || name == "Final") return false;
        std::string_view value = trimmed(text.substr(colon + 1));
        if (value.ends_with('|')) value = trimmed(value.substr(0, value.size() - 1));
        if (name == "Test") {
            flush();
            settings_ = ordered_json::object();
            bytes_.reset();
            has_latency_.reset();
            layout_ = ucx_layout::none;
            has_heading_ = true;
            into_.begin_execution();
        }
        settings_[std::string(name)] = value;
        if (name == "Message size") bytes_ = count_from(value);
        return true;
    }

    void read_figures(const text_line& line) {
        ucx_line found = parse_ucx_line(line, layout_, csv_names_);
        if (!found.fault.empty()) {
            finished_ = true;
            into_.problem(line.number, found.column, found.fault);
        }
        if (!found.row) return;
        ucx_row row = std::move(*found.row);
        if (row.names.empty()) row.names = names_;
        // Where nothing tells how it went so far from the result, the last line is the result.
        const bool another =
            pending_ && (row.names != pending_->names || row.iterations <= pending_->iterations);
        if (another) flush();
        pending_ = std::move(row);
        pending_line_ = line.number;
        if (layout_ == ucx_layout::labelled || layout_ == ucx_layout::final) flush();
    }

    // Half of a round trip, as ours; otherwise it is counted by messages that nobody says here.
    [[nodiscard]] std::optional<std::string> operation(const ucx_row& row) const {
        std::string test = settings_.value("Test", std::string());
        for (const std::string& name : row.names) {
            if (!count_from(name)) test = name;
        }
        const auto has = [&](std::string_view word) {
            return test.find(word) != std::string::npos;
        };
        if (test.empty()) {
            if (!into_.options().op.empty()) return into_.options().op;
            // In old versions the heading says latency whatever the test.
            if (layout_ == ucx_layout::plain || !has_latency_) return std::nullopt;
            return *has_latency_ ? "ping_pong" : "ucx_perftest:bandwidth";
        }
        const bool is_latency = (has("latency") || test.ends_with("_lat")) && !has("bandwidth") &&
                                !has("rate") && has_latency_.value_or(true);
        return is_latency ? "ping_pong" : "ucx_perftest:" + as_word(test);
    }

    void flush() {
        if (!pending_) return;
        const ucx_row row = std::move(*pending_);
        pending_.reset();
        finished_ = true;
        tests_.push_back(settings_);
        auto bytes = size_among(row.names);
        if (!bytes) bytes = bytes_;
        if (!bytes) bytes = into_.options().bytes;
        const auto op = operation(row);
        if (!bytes || !op) {
            into_.problem(pending_line_, 1,
                          bytes ? "neither the test nor --op says what was measured"
                                : "the heading with the size of the message is not in the file; "
                                  "give --bytes");
            return;
        }
        point_record point = unknown_point();
        point.key.op = *op;
        point.key.backend = "ucx";
        point.key.algorithm = settings_.value("Test", std::string());
        point.key.redop = "none";
        point.key.bytes = *bytes;
        point.key.ranks = 2;
        point.key.timing = "streamed";
        const auto window = count_from(settings_.value("Window size", std::string()));
        if (window && *window > 0 && *window < (1U << 30) && *op != "ping_pong") {
            point.key.window = static_cast<std::int32_t>(*window);
        }
        if (settings_.value("Send memory", std::string("host")).starts_with("cuda")) {
            point.key.memory = "cuda";
        }
        point.verified = "no";
        into_.add_mean(std::move(point), row.overall_us, row.iterations);
    }

    import_builder& into_;
    ordered_json settings_ = ordered_json::object();
    ordered_json tests_ = ordered_json::array();
    std::optional<std::uint64_t> bytes_;
    std::optional<bool> has_latency_;  ///< what the heading calls the times
    ucx_layout layout_ = ucx_layout::none;
    std::size_t csv_names_ = 0;
    std::vector<std::string> names_;  ///< of the batch files' lines, from the line before
    std::optional<ucx_row> pending_;
    std::uint64_t pending_line_ = 1;
    bool has_heading_ = false;  ///< the next figures are those of a heading already begun
    bool finished_ = false;
    std::uint64_t last_line_ = 1;
};

}  // namespace

std::string import_ucx_perftest(std::string_view text, import_builder& into) {
    ucx_reader reader(into);
    line_scanner lines(text);
    while (const auto line = lines.next()) reader.read(*line);
    return reader.finish();
}

}  // namespace railgauge
