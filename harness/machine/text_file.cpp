#include "harness/machine/text_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace railgauge {
namespace {

constexpr std::string_view white = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(white);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white) - first + 1);
}

/// "cpu2" before "cpu10".
bool by_number(const std::string& a, const std::string& b) {
    const auto digits_a = a.find_first_of("0123456789");
    const auto digits_b = b.find_first_of("0123456789");
    if (digits_a != std::string::npos && digits_a == digits_b &&
        a.compare(0, digits_a, b, 0, digits_b) == 0) {
        const auto number_a = leading_number(std::string_view(a).substr(digits_a));
        const auto number_b = leading_number(std::string_view(b).substr(digits_b));
        if (number_a != number_b) return number_a < number_b;
    }
    return a < b;
}

}  // namespace

std::optional<std::string> read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    constexpr std::streamsize most = 256 * 1024;
    std::string text(most, '\0');
    in.read(text.data(), most);
    if (in.bad()) return std::nullopt;
    return std::string(
        trimmed(std::string_view(text).substr(0, static_cast<std::size_t>(in.gcount()))));
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
    text = trimmed(text);
    int base = 10;
    if (text.starts_with("0x")) {
        text.remove_prefix(2);
        base = 16;
    }
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (fault != std::errc{}) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> read_number(const std::filesystem::path& file) {
    const auto text = read_text(file);
    return text ? leading_number(*text) : std::nullopt;
}

std::optional<std::string> value_of(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.starts_with(key)) continue;
        line.remove_prefix(key.size());
        const auto first = line.find_first_not_of(" \t:");
        if (!key.ends_with('=') && (first == std::string_view::npos || first == 0)) {
            continue;  // only the beginning of a longer key
        }
        std::string_view value = trimmed(line.substr(std::min(first, line.size())));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        return std::string(value);
    }
    return std::nullopt;
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    std::error_code fault;
    std::filesystem::directory_iterator entry(folder, fault);
    while (!fault && entry != std::filesystem::directory_iterator()) {
        names.push_back(entry->path().filename().string());
        entry.increment(fault);
    }
    std::sort(names.begin(), names.end(), by_number);
    return names;
}

std::vector<std::filesystem::path> cpu_folders(const std::filesystem::path& root) {
    std::vector<std::filesystem::path> folders;
    const auto parent = root / "sys/devices/system/cpu";
    for (const std::string& name : names_in(parent)) {
        if (name.starts_with("cpu") &&
            name.find_first_not_of("0123456789", 3) == std::string::npos && name.size() > 3) {
            folders.push_back(parent / name);
        }
    }
    return folders;
}

}  // namespace railgauge
