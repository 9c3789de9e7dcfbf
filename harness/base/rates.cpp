#include "harness/base/rates.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

constexpr std::string_view rate_forms = "expected a rate such as 400Gb/s (bits) or 50GB/s (bytes)";

std::string shown(std::string_view text) {
    std::string result;
    for (const char c : text.substr(0, 60)) {
        result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
    return result;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A number above 0 and below 1e15, and what stands behind it.
std::optional<double> leading_number(std::string_view text, std::string_view& behind) {
    if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
    double number = 0;
    const auto [end, fault] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (fault != std::errc{} || !(number > 0) || !(number < 1e15)) return std::nullopt;
    behind = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
    return number;
}

double power_of_ten(char letter) {
    switch (letter) {
        case 'K':
        case 'k': return 1e3;
        case 'M': return 1e6;
        case 'G': return 1e9;
        case 'T': return 1e12;
        default: return 0;
    }
}

/// What the unit behind the letter means in bytes a second; 0 where it does not say.
double bytes_of_unit(std::string_view unit) {
    if (unit == "b/s" || unit == "bit/s" || unit == "bps") return 0.125;
    if (unit == "B/s" || unit == "Bps") return 1;
    return 0;
}

bool says_too_little(std::string_view unit) {
    return unit.empty() || unit == "b" || unit == "B" || unit == "bit" || unit == "/s";
}

}  // namespace

double parse_rate_gbps(std::string_view text) {
    const std::string_view word = trimmed(text);
    std::string_view unit;
    const auto number = leading_number(word, unit);
    if (!number) throw usage_error(fmt::format("'{}': {}", shown(word), rate_forms));
    const double scale = unit.empty() ? 0 : power_of_ten(unit.front());
    if (scale != 0) unit.remove_prefix(1);
    if (says_too_little(unit)) {
        const std::string_view letter =
            scale != 0 ? word.substr(word.find_first_of("KkMGT"), 1) : std::string_view("G");
        throw usage_error(
            fmt::format("'{0}' does not say what is meant: {1}{2}b/s are bits ({3}), {1}{2}B/s are "
                        "bytes, eight "
                        "times as much; write one of them",
                        shown(word), *number, letter,
                        format_rate(*number * (scale != 0 ? scale : 1e9) * 0.125 / 1e9)));
    }
    const double bytes = bytes_of_unit(unit);
    if (bytes == 0 || scale == 0) {
        throw usage_error(
            fmt::format("'{}': unknown unit of a rate; {}; the case of b and B counts", shown(word),
                        rate_forms));
    }
    return *number * scale * bytes / 1e9;
}

double parse_power_w(std::string_view text) {
    const std::string_view word = trimmed(text);
    std::string_view unit;
    const auto number = leading_number(word, unit);
    if (number && unit == "W") return *number;
    if (number && unit == "kW") return *number * 1e3;
    if (number && unit == "MW") return *number * 1e6;
    throw usage_error(
        fmt::format("'{}': expected an electrical power such as 700W or 10.2kW", shown(word)));
}

std::string format_rate(double gbps) {
    if (!std::isfinite(gbps)) return "-";
    double figure = gbps;
    std::string_view unit = "GB/s";
    if (gbps >= 1000) {
        figure = gbps / 1000;
        unit = "TB/s";
    } else if (gbps < 1) {
        figure = gbps * 1000;
        unit = "MB/s";
    }
    if (figure >= 1000) return fmt::format("{:.0f} {}", figure, unit);
    return fmt::format("{:.4g} {}", figure, unit);
}

}  // namespace railgauge
