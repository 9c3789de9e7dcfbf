// The JSON of nvbandwidth (-j): bandwidths without sizes and times, and latencies in nanoseconds. A
// cell of a test between GPUs is a pair; a cell of a test with the host is a group of one device.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/record/import_json.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"
#include "harness/record/summarise.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_devices = 4096;

// What a test's description says of its cells.
struct cell_kind {
    bool between_gpus = false;
    bool to_row = false;      ///< "<-": data go from the column to the row
    bool is_latency = false;  ///< nanoseconds, not GB/s
};

class nvbandwidth_reader {
public:
    nvbandwidth_reader(const ordered_json& body, import_builder& into) : body_(body), into_(into) {}

    [[nodiscard]] std::string read() {
        const ordered_json* tests = member(body_, "testcases");
        const std::string fault = text_member(body_, "error");
        if (!tests || !tests->is_array()) {
            into_.fail(1, 1,
                       fault.empty() ? "\"testcases\" is not there"
                                     : "nvbandwidth measured nothing: " + fault);
        }
        for (auto test = tests->begin(); test != tests->end(); ++test) {
            // A test that did not pass can stand there twice: when it began, and how it ended.
            const bool has_end =
                text_member(*test, "status") == "Running" &&
                std::any_of(test + 1, tests->end(), [&](const ordered_json& later) {
                    return text_member(later, "name") == text_member(*test, "name");
                });
            if (!has_end) read_test(*test);
        }
        if (!fault.empty()) {
            into_.cut();
            into_.problem(1, 1, "nvbandwidth ended with an error: " + fault);
        }
        ordered_json said = ordered_json::object();
        if (body_.is_object()) {
            for (const auto& [name, value] : body_.items()) {
                if (name != "testcases") said[name] = value;
            }
        }
        ordered_json provenance;
        provenance["converted"] = {{"from", "nvbandwidth"}, {"said", said}};
        return provenance.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

private:
    void read_test(const ordered_json& test) {
        const std::string name = text_member(test, "name");
        if (name.empty()) {
            into_.problem(1, 1, "a test of \"testcases\" without a name");
            return;
        }
        const std::string status = text_member(test, "status");
        const std::string described = text_member(test, "bandwidth_description");
        cell_kind kind;
        kind.between_gpus = described.find("GPU(row)") != std::string::npos &&
                            described.find("GPU(column)") != std::string::npos;
        kind.to_row = described.find("(row) <- ") != std::string::npos;
        kind.is_latency = described.find("(ns)") != std::string::npos;
        const ordered_json* matrix = member(test, "bandwidth_matrix");
        if (!matrix || !matrix->is_array()) {
            read_without_matrix(name, status, text_member(test, "error"));
            return;
        }
        if (matrix->size() > most_devices) {
            into_.problem(1, 1, name + ": more than 4096 rows");
            return;
        }
        for (std::size_t row = 0; row < matrix->size(); ++row) {
            const ordered_json& cells = (*matrix)[row];
            if (!cells.is_array() || cells.size() > most_devices) {
                into_.problem(1, 1, fmt::format("{}: row {} is no list of figures", name, row));
                continue;
            }
            for (std::size_t column = 0; column < cells.size(); ++column) {
                read_cell(name, cells[column], row, column, kind);
            }
        }
    }

    void read_without_matrix(const std::string& name, const std::string& status,
                             const std::string& fault) {
        if (status == "Passed") {
            into_.problem(1, 1, name + ": passed, but \"bandwidth_matrix\" is not there");
            return;
        }
        point_record point = point_of(name);
        point.status = status == "Waived" ? point_status::skipped : point_status::failed;
        point.reason = "nvbandwidth: " + (status.empty() ? "no status" : status);
        if (!fault.empty()) point.reason += ", " + fault;
        into_.add(std::move(point));
    }

    void read_cell(const std::string& name, const ordered_json& cell, std::size_t row,
                   std::size_t column, const cell_kind& kind) {
        std::optional<double> figure;
        if (cell.is_string()) {
            const auto& text = cell.get_ref<const std::string&>();
            if (text == "N/A") return;  // a device with itself
            figure = figure_from(text);
        } else if (cell.is_number()) {
            figure = cell.get<double>();
        }
        if (!figure || !(*figure > 0)) {
            into_.problem(1, 1,
                          fmt::format("{}: cell {}, {} is no figure above 0", name, row, column));
            return;
        }
        point_record point = point_of(name);
        if (kind.is_latency) {
            fill_statistics(point, {*figure / 1e3});
            point.stop_reason = "iterations";
        } else {
            point.algbw_gbps = figure;
        }
        point.verified = "no";
        point.key.ranks = kind.between_gpus ? 2 : 1;
        const auto from = static_cast<std::int32_t>(kind.to_row ? column : row);
        const auto to = static_cast<std::int32_t>(kind.to_row ? row : column);
        group_place place{0, 0, 0, {}};
        if (kind.between_gpus) {
            point.key.group = fmt::format("pairs:{}-{}", from, to);
            place.ends = {{from, ""}, {to, ""}};
        } else {
            point.key.group = fmt::format("device:{}", column);
        }
        point.place = place;
        into_.add(std::move(point));
    }

    static point_record point_of(const std::string& name) {
        point_record point = unknown_point();
        point.key.op = "nvbandwidth:" + name;
        point.key.backend = "cuda";
        point.key.redop = "none";
        point.key.ranks = 1;
        point.key.timing = "streamed";
        point.key.memory = "cuda";
        return point;
    }

    const ordered_json& body_;
    import_builder& into_;
};

}  // namespace

std::string import_nvbandwidth(std::string_view text, import_builder& into) {
    const ordered_json document = parse_import_json(text, into);
    const ordered_json* body = member(document, "nvbandwidth");
    if (!body) into.fail(1, 1, "\"nvbandwidth\" is not there");
    into.begin_execution();
    return nvbandwidth_reader(*body, into).read();
}

}  // namespace railgauge
