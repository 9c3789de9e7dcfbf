#include "harness/record/import_ucx_row.hpp"

#include <algorithm>

namespace railgauge {
namespace {

constexpr std::size_t columns = 8;           // iterations, 3 times, 2 bandwidths, 2 rates
constexpr std::size_t columns_threaded = 4;  // the result of several threads: one of each

std::string without_separators(std::string_view text) {
    std::string digits(text);
    std::erase(digits, ',');
    return digits;
}

bool is_figure(std::string_view text) {
    return !text.empty() && text[0] >= '0' && text[0] <= '9' &&
           figure_from(without_separators(text)).has_value();
}

std::vector<std::string> divided(std::string_view text, char at) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

ucx_line with_figures(std::vector<std::string> names, const std::vector<text_word>& figures,
                      std::uint64_t column) {
    ucx_line result;
    result.column = column;
    const bool threaded = figures.size() == columns_threaded;
    if (figures.size() < columns && !threaded) {
        result.fault =
            std::to_string(figures.size()) + " figures where 8 belong (or 4, of threads)";
        return result;
    }
    const auto iterations = count_from(without_separators(figures[0].text));
    const text_word& overall = figures[threaded ? 1 : 3];
    const auto time = figure_from(without_separators(overall.text));
    if (!iterations || *iterations == 0 || !time) {
        result.fault = "iterations and overall time are not figures";
        return result;
    }
    result.row = ucx_row{std::move(names), *iterations, *time};
    return result;
}

ucx_line parse_csv(const text_line& line, std::size_t names) {
    std::vector<std::string> fields = divided(line.text, ',');
    ucx_line result;
    if (fields.size() <= names) return result;
    for (std::string& field : fields) {
        field.erase(0, std::min(field.find_first_not_of(" \t"), field.size()));
    }
    if (fields[names].starts_with("[thread")) {
        result.is_progress = true;
        return result;
    }
    std::vector<text_word> figures;
    for (std::size_t i = names; i < fields.size(); ++i) {
        figures.push_back({fields[i], line.column});
    }
    if (!is_figure(figures[0].text)) return result;  // another program's line
    return with_figures({fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(names)},
                        figures, line.column);
}

}  // namespace

std::optional<ucx_layout> ucx_layout_of(std::string_view line) {
    const auto has = [&](std::string_view words) {
        return line.find(words) != std::string_view::npos;
    };
    if (has("iterations,") && has("overall_lat")) return ucx_layout::csv;
    if (!line.starts_with('|') || !has("# iterations")) return std::nullopt;
    if (has("Stage")) return ucx_layout::labelled;
    return has("Test") ? ucx_layout::final : ucx_layout::plain;
}

ucx_line parse_ucx_line(const text_line& line, ucx_layout layout, std::size_t csv_names) {
    if (layout == ucx_layout::csv) return parse_csv(line, csv_names);
    // Some versions draw the table's frame around each line.
    std::string unframed(line.text);
    std::ranges::replace(unframed, '|', ' ');
    std::vector<text_word> words = words_of({unframed, line.number, line.column});
    ucx_line result;
    if (words.empty()) return result;
    if (words[0].text.starts_with("[thread")) {
        result.is_progress = true;
        return result;
    }
    const std::uint64_t column = words[0].column;
    std::vector<std::string> names;
    const bool is_final = words[0].text == "Final:";
    if (!is_figure(words[0].text)) {
        if (!is_final && layout != ucx_layout::final) return result;
        if (!is_final) names = divided(words[0].text, '/');
        words.erase(words.begin());
    } else if (layout == ucx_layout::labelled) {
        result.is_progress = true;
        return result;
    }
    // What follows the figures (-I) is not needed.
    const auto end =
        std::ranges::find_if_not(words, [](const text_word& word) { return is_figure(word.text); });
    const std::vector<text_word> figures(words.begin(), end);
    if (!is_final && !names.empty() && figures.empty()) return result;  // another program's line
    return with_figures(std::move(names), figures, column);
}

std::optional<std::uint64_t> size_among(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (const auto size = count_from(name)) return size;
    }
    return std::nullopt;
}

}  // namespace railgauge
