// Text from elsewhere (host names, reasons, arguments) made harmless for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace railgauge {

/// The same text on one line: control characters (so also escape sequences, newlines and tabs),
/// bytes that are not UTF-8, and the characters that turn or hide what stands beside them
/// (bidirectional controls, line and paragraph separators, zero-width ones) are written as \xNN for
/// each of their bytes. Everything else stays.
[[nodiscard]] std::string printable(std::string_view text);

/// The same of each line; newlines stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

}  // namespace railgauge
