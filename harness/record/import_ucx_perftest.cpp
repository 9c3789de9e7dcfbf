// The text of ucx_perftest: the heading says the test and the message's size (where the run printed
// it), the line "Final:" the figures. Its MB are 2^20 bytes.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

class ucx_reader {
public:
    explicit ucx_reader(import_builder& into) : into_(into) {}

    void read(const text_line& line) {
        last_line_ = line.number;
        const std::vector<text_word> words = words_of(line);
        if (words.empty()) return;
        if (words[0].text.starts_with('|') || words[0].text.starts_with('+')) {
            read_heading(line.text);
        } else if (words[0].text == "Final:") {
            read_final(words, line.number);
        }
    }

    [[nodiscard]] std::string finish() {
        if (in_table_ && !finished_) {
            into_.cut();
            into_.problem(last_line_, 1, "the file ends before \"Final:\"");
        }
        const ordered_json provenance{{"converted", {{"from", "ucx-perftest"}, {"tests", tests_}}}};
        return provenance.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

private:
    // "| Test:         tag match latency          |", "| Message size: 1048576      |".
    void read_heading(std::string_view text) {
        const auto has = [&](std::string_view words) {
            return text.find(words) != std::string_view::npos;
        };
        if (has("Stage")) in_table_ = true;
        if (has("latency (usec)")) is_latency_ = true;
        if (has("overhead (usec)")) is_latency_ = false;
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return;
        const std::string_view name = trimmed(text.substr(1, colon - 1));
        std::string_view value = trimmed(text.substr(colon + 1));
        if (value.ends_with('|')) value = trimmed(value.substr(0, value.size() - 1));
        if (name == "Test" || name == "API") {
            if (name == "Test") {
                settings_ = ordered_json::object();
                bytes_.reset();
                finished_ = in_table_ = false;
                into_.begin_execution();
            }
        }
        settings_[std::string(name)] = value;
        if (name == "Message size") bytes_ = count_from(value);
    }

    // Iterations, the middle (or typical), average and overall time, then bandwidth and rate twice.
    void read_final(const std::vector<text_word>& words, std::uint64_t line) {
        finished_ = true;
        tests_.push_back(settings_);
        constexpr std::size_t columns = 9;
        if (words.size() != columns) {
            into_.problem(line, 1, fmt::format("{} columns where 9 belong", words.size()));
            return;
        }
        const auto iterations = count_from(words[1].text);
        const auto time = figure_from(words[4].text);
        if (!iterations || *iterations == 0 || !time) {
            into_.problem(line, words[1].column, "iterations and overall time are not figures");
            return;
        }
        if (!bytes_) {
            into_.problem(line, 1, "the heading with the size of the message is not in the file");
            return;
        }
        point_record point = unknown_point();
        // A latency is half of a round trip, as ours. How many messages the others keep under way
        // the text does not say.
        const auto test = settings_.value("Test", std::string());
        point.key.op = is_latency_ ? "ping_pong" : "ucx_perftest:" + as_word(test);
        point.key.backend = "ucx";
        point.key.algorithm = test;
        point.key.redop = "none";
        point.key.bytes = *bytes_;
        point.key.ranks = 2;
        point.key.timing = "streamed";
        if (settings_.value("Send memory", std::string("host")).starts_with("cuda")) {
            point.key.memory = "cuda";
        }
        point.verified = "no";
        into_.add_mean(std::move(point), *time, *iterations);
    }

    static std::string as_word(std::string_view text) {
        std::string word(text.substr(0, 64));
        std::ranges::replace(word, ' ', '_');
        return word;
    }

    import_builder& into_;
    ordered_json settings_ = ordered_json::object();
    ordered_json tests_ = ordered_json::array();
    std::optional<std::uint64_t> bytes_;
    bool is_latency_ = false;
    bool in_table_ = false;
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
