// The JSON of nvbandwidth (-j): bandwidths without sizes and times. A cell of a test between GPUs
// is a pair; a cell of a test with the host is a group of one device.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/record/import_json.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_devices = 4096;

class nvbandwidth_reader {
public:
    nvbandwidth_reader(const ordered_json& body, import_builder& into) : body_(body), into_(into) {}

    [[nodiscard]] std::string read() {
        const ordered_json* tests = member(body_, "testcases");
        if (!tests || !tests->is_array()) into_.fail(1, 1, "\"testcases\" is not there");
        for (const ordered_json& test : *tests) read_test(test);
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
        const bool between_gpus = described.find("GPU(row)") != std::string::npos &&
                                  described.find("GPU(column)") != std::string::npos;
        // "<-": data go from the column to the row.
        const bool to_row = described.find("(row) <- ") != std::string::npos;
        const ordered_json* matrix = member(test, "bandwidth_matrix");
        if (!matrix || !matrix->is_array()) {
            read_without_matrix(name, status);
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
                read_cell(name, cells[column], row, column, between_gpus, to_row);
            }
        }
    }

    void read_without_matrix(const std::string& name, const std::string& status) {
        if (status == "Passed") {
            into_.problem(1, 1, name + ": passed, but \"bandwidth_matrix\" is not there");
            return;
        }
        point_record point = point_of(name);
        point.status = status == "Waived" ? point_status::skipped : point_status::failed;
        point.reason = "nvbandwidth: " + (status.empty() ? "no status" : status);
        into_.add(std::move(point));
    }

    void read_cell(const std::string& name, const ordered_json& cell, std::size_t row,
                   std::size_t column, bool between_gpus, bool to_row) {
        std::optional<double> gbps;
        if (cell.is_string()) {
            const auto& text = cell.get_ref<const std::string&>();
            if (text == "N/A") return;  // a device with itself
            gbps = figure_from(text);
        } else if (cell.is_number()) {
            gbps = cell.get<double>();
        }
        if (!gbps || !(*gbps >= 0)) {
            into_.problem(1, 1, fmt::format("{}: cell {}, {} is no figure", name, row, column));
            return;
        }
        point_record point = point_of(name);
        point.algbw_gbps = gbps;
        point.verified = "no";
        point.key.ranks = between_gpus ? 2 : 1;
        const auto from = static_cast<std::int32_t>(to_row ? column : row);
        const auto to = static_cast<std::int32_t>(to_row ? row : column);
        group_place place{0, 0, 0, {}};
        if (between_gpus) {
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
