// Colours, where the reader can see them.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace railgauge {

/// NO_COLOR (not empty) beats CLICOLOR_FORCE (not empty, not 0) beats CLICOLOR (0: none); without
/// them, colours on terminals only. The arguments are the variables' values, null where unset.
[[nodiscard]] bool colour_wanted(const char* no_color, const char* force, const char* cli_color,
                                 bool is_terminal) noexcept;

/// The same for a stream, with this process's environment; TERM=dumb counts as no terminal.
[[nodiscard]] bool colour_wanted(std::FILE* stream) noexcept;

enum class colour { green, yellow, red, dim };

/// The text, in that colour where `wanted`.
[[nodiscard]] std::string coloured(std::string_view text, colour which, bool wanted);

}  // namespace railgauge
