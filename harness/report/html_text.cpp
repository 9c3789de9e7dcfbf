#include "harness/report/html_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/report/printable.hpp"

namespace railgauge {

std::string html_text(std::string_view text) {
    std::string result;
    for (const char c : printable(text)) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            case '\'': result += "&#39;"; break;
            default: result += c;
        }
    }
    return result;
}

std::string html_figure(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return {};
    const double size = std::abs(*value);
    return size >= 1000 && size < 1e15 ? fmt::format("{:.0f}", *value)
                                       : fmt::format("{:.4g}", *value);
}

std::string html_size(std::uint64_t bytes) {
    constexpr std::string_view units = "KMGT";
    std::size_t unit = 0;
    while (unit < units.size() && bytes != 0 && bytes % 1024 == 0) {
        bytes /= 1024;
        ++unit;
    }
    std::string text = std::to_string(bytes);
    if (unit > 0) text += units[unit - 1];
    return text;
}

}  // namespace railgauge
