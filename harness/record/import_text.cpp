#include "harness/record/import_text.hpp"

#include <charconv>
#include <cmath>

namespace railgauge {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_of_word(char c) {
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// How many bytes of a launcher's label the line begins with.
std::size_t label_length(std::string_view line) {
    constexpr std::string_view tagged = "<stdout>:";
    if (line.starts_with('[')) {
        const std::size_t close = line.find(']');
        if (close != std::string_view::npos && line.substr(close + 1).starts_with(tagged)) {
            return close + 1 + tagged.size();
        }
        return 0;
    }
    std::size_t digits = 0;
    while (digits < line.size() && digits < 8 && (is_digit(line[digits]) || line[digits] == ' ')) {
        ++digits;
    }
    const bool labelled =
        digits > 0 && is_digit(line[digits - 1]) && line.substr(digits).starts_with(": ");
    return labelled ? digits + 2 : 0;
}

}  // namespace

std::optional<text_line> line_scanner::next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t label = label_length(line);
    return text_line{line.substr(label), ++number_, label + 1};
}

std::vector<text_word> words_of(const text_line& line) {
    std::vector<text_word> words;
    std::size_t at = 0;
    while (true) {
        at = line.text.find_first_not_of(" \t", at);
        if (at == std::string_view::npos) return words;
        const std::size_t end = line.text.find_first_of(" \t", at);
        words.push_back({line.text.substr(at, end - at), line.column + at});
        if (end == std::string_view::npos) return words;
        at = end;
    }
}

std::optional<double> figure_from(std::string_view text) {
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (!std::isfinite(value) || value < 0) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> count_from(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::size_t find_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_of_word(text[at - 1]);
        if (begins && (end == text.size() || !is_of_word(text[end]))) return at;
    }
    return std::string_view::npos;
}

}  // namespace railgauge
