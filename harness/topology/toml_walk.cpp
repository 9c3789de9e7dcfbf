#include "harness/topology/toml_walk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "harness/base/near_miss.hpp"
#include "harness/base/units.hpp"

namespace railgauge {

void toml_walk::fail(const toml::source_region& where, const std::string& message) const {
    throw input_error(file_, where.begin.line, where.begin.column, message);
}

void toml_walk::fail(const toml::node& where, const std::string& message) const {
    fail(where.source(), message);
}

void toml_walk::check_keys(const toml::table& table, const strings& known,
                           std::string_view place) const {
    for (const auto& [key, value] : table) {
        if (std::ranges::find(known, key.str()) != known.end()) continue;
        fail(key.source(),
             fmt::format("unknown key '{}' in {}{}; known: {}", key.str().substr(0, 60), place,
                         did_you_mean(key.str(), known), fmt::join(known, ", ")));
    }
}

void toml_walk::unknown(const toml::node& where, std::string_view what, std::string_view word,
                        const strings& known) const {
    fail(where,
         fmt::format(
             "unknown {} '{}'{}; known: {}", what, word.substr(0, 60), did_you_mean(word, known),
             known.empty() ? std::string("none") : fmt::format("{}", fmt::join(known, ", "))));
}

const toml::table& toml_walk::table_of(const toml::node& node, std::string_view name) const {
    if (!node.is_table()) fail(node, fmt::format("'{}' is expected to be a table", name));
    return *node.as_table();
}

std::string toml_walk::text_of(const toml::node& node, std::string_view key) const {
    const auto text = node.value_exact<std::string>();
    if (!text) fail(node, fmt::format("'{}' is expected to be text in quotes", key));
    if (text->empty()) fail(node, fmt::format("'{}' is empty", key));
    if (std::ranges::any_of(*text,
                            [](unsigned char each) { return each < 0x20 || each == 0x7f; })) {
        fail(node, fmt::format("'{}' holds a control character (a line break, say)", key));
    }
    return *text;
}

double toml_walk::time_us_of(const toml::node& node, std::string_view key) const {
    const std::string text = text_of(node, key);
    if (text.back() >= '0' && text.back() <= '9') {
        fail(node, fmt::format("'{}' is expected to have a unit, as in \"2us\" or \"600ns\"", key));
    }
    const auto time = placed(node, [&text] { return parse_duration(text); });
    return std::chrono::duration<double, std::micro>(time).count();
}

std::int64_t toml_walk::count_of(const toml::node& node, std::string_view key) const {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 1 || *number > most_of_anything) {
        fail(node,
             fmt::format("'{}' is expected to be a whole number, 1 to {}", key, most_of_anything));
    }
    return *number;
}

double toml_walk::number_of(const toml::node& node, std::string_view key) const {
    const auto number = node.value<double>();
    if (!node.is_number() || !number || !std::isfinite(*number) || *number <= 0) {
        fail(node, fmt::format("'{}' is expected to be a number above 0", key));
    }
    return *number;
}

bool toml_walk::flag_of(const toml::node& node, std::string_view key) const {
    const auto value = node.value_exact<bool>();
    if (!value) fail(node, fmt::format("'{}' is expected to be true or false", key));
    return *value;
}

const toml::node& toml_walk::needed(const toml::table& table, std::string_view key,
                                    std::string_view place) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) fail(table, fmt::format("'{}' is missing in {}", key, place));
    return *node;
}

}  // namespace railgauge
