// Text and figures as they may stand in the HTML report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace railgauge {

/// Harmless in an element and in an attribute that stands in quotation marks: first printable()
/// (no control and no bidirectional characters, UTF-8 only), then & < > " ' as character
/// references.
[[nodiscard]] std::string html_text(std::string_view text);

/// Four significant digits without an exponent between 0.0001 and 1e15: "0.312", "12346"; "" for
/// what is absent or not finite.
[[nodiscard]] std::string html_figure(std::optional<double> value);

/// "8", "64K", "1M", "1000": the largest unit of two's powers that divides it; the script reads it.
[[nodiscard]] std::string html_size(std::uint64_t bytes);

}  // namespace railgauge
