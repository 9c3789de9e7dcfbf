#include "harness/compare/acceptance.hpp"

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/record/json_fields.hpp"
#include "harness/record/json_line.hpp"

namespace railgauge {
namespace {

acceptance acceptance_from(const std::string& line) {
    const json_line parsed = parse_json_line(line, false);
    const json_fields fields(parsed.object, line);
    acceptance one{.series = fields.text("series"),
                   .ratio = fields.number_or_nan("ratio"),
                   .who = fields.text("who"),
                   .when = fields.text("when"),
                   .why = fields.text("why")};
    const auto of_rounds =
        round_value_from(fields.text_or("of_rounds", std::string(name_of(round_value::median))));
    if (!of_rounds) fields.fail("of_rounds", "is neither median nor fastest");
    one.of_rounds = *of_rounds;
    if (!(one.ratio > 0) || std::isinf(one.ratio)) fields.fail("ratio", "is not above 0");
    return one;
}

}  // namespace

std::string acceptance_file(const std::string& baseline) {
    namespace fs = std::filesystem;
    const fs::path path(baseline);
    return ((fs::is_directory(path) ? path : path.parent_path()) / "accepted.json").string();
}

std::vector<acceptance> read_acceptances(const std::string& baseline) {
    const std::string path = acceptance_file(baseline);
    std::vector<acceptance> all;
    std::ifstream in(path);
    std::uint64_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        try {
            all.push_back(acceptance_from(line));
        } catch (const line_error& problem) {
            throw input_error(path, number, problem.column(), problem.what());
        }
    }
    return all;
}

void add_acceptances(const std::string& baseline, const std::vector<acceptance>& accepted) {
    const std::string path = acceptance_file(baseline);
    errno = 0;
    std::ofstream out(path, std::ios::app | std::ios::binary);
    for (const acceptance& one : accepted) {
        const nlohmann::ordered_json line = {
            {"series", one.series}, {"ratio", one.ratio}, {"who", one.who},
            {"when", one.when},     {"why", one.why},     {"of_rounds", name_of(one.of_rounds)}};
        out << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
    }
    out.flush();
    if (!out) throw system_error("write(" + path + ")", errno == 0 ? EIO : errno);
}

std::map<std::string, acceptance> latest(const std::vector<acceptance>& all,
                                         round_value of_rounds) {
    std::map<std::string, acceptance> result;
    for (const acceptance& one : all) {
        if (one.of_rounds == of_rounds) result[one.series] = one;
    }
    return result;
}

}  // namespace railgauge
