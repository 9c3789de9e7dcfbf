#include "harness/record/import_json.hpp"

#include <algorithm>
#include <cmath>

#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

constexpr int deepest = 32;

struct document {
    std::size_t begin = 0;
    std::size_t end = 0;  ///< behind its last brace; npos: it is cut
    bool too_deep = false;
};

// From the first brace to its match, so that a log around the document does no harm.
document find_document(std::string_view text) {
    document found{text.find('{'), std::string_view::npos, false};
    if (found.begin == std::string_view::npos) return found;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = found.begin; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest) {
                found.too_deep = true;
                found.end = i;
                return found;
            }
        } else if ((c == '}' || c == ']') && --depth == 0) {
            found.end = i + 1;
            return found;
        }
    }
    return found;
}

std::pair<std::uint64_t, std::uint64_t> place_of(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const auto lines = static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
    const std::size_t newline = before.rfind('\n');
    const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    return {lines + 1, at - start + 1};
}

}  // namespace

ordered_json parse_import_json(std::string_view text, const import_builder& into) {
    const document found = find_document(text);
    if (found.begin == std::string_view::npos) into.fail(1, 1, "no JSON object is in it");
    if (found.too_deep) {
        const auto [line, column] = place_of(text, found.end);
        into.fail(line, column, "it nests deeper than 32");
    }
    if (found.end == std::string_view::npos) {
        const auto [line, column] = place_of(text, text.size());
        into.fail(line, column, "the file ends within its JSON object");
    }
    try {
        return ordered_json::parse(text.substr(found.begin, found.end - found.begin));
    } catch (const ordered_json::parse_error& fault) {
        const auto [line, column] = place_of(text, found.begin + fault.byte - (fault.byte > 0));
        into.fail(line, column, "not JSON");
    } catch (const ordered_json::exception&) {
        into.fail(place_of(text, found.begin).first, 1, "a number in it is out of range");
    }
}

const ordered_json* member(const ordered_json& object, const char* name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_member(const ordered_json& object, const char* name) {
    const ordered_json* value = member(object, name);
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<double> figure_member(const ordered_json& object, const char* name) {
    const ordered_json* value = member(object, name);
    if (!value) return std::nullopt;
    if (value->is_string()) return figure_from(value->get_ref<const std::string&>());
    if (!value->is_number()) return std::nullopt;
    const double number = value->get<double>();
    return std::isfinite(number) && number >= 0 ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> count_member(const ordered_json& object, const char* name) {
    const ordered_json* value = member(object, name);
    if (!value) return std::nullopt;
    if (value->is_string()) return count_from(value->get_ref<const std::string&>());
    return value->is_number_unsigned() ? std::optional(value->get<std::uint64_t>()) : std::nullopt;
}

}  // namespace railgauge
