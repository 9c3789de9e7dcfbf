#include "harness/cli/colour.hpp"

#include <unistd.h>

#include <cstdlib>

namespace railgauge {
namespace {

bool is_set(const char* value) {
    return value != nullptr && *value != '\0';
}

}  // namespace

bool colour_wanted(const char* no_color, const char* force, const char* cli_color,
                   bool is_terminal) noexcept {
    if (is_set(no_color)) return false;
    if (is_set(force) && std::string_view(force) != "0") return true;
    if (is_set(cli_color) && std::string_view(cli_color) == "0") return false;
    return is_terminal;
}

bool colour_wanted(std::FILE* stream) noexcept {
    const char* const term = std::getenv("TERM");
    const bool dumb = term != nullptr && std::string_view(term) == "dumb";
    return colour_wanted(std::getenv("NO_COLOR"), std::getenv("CLICOLOR_FORCE"),
                         std::getenv("CLICOLOR"), !dumb && isatty(fileno(stream)) == 1);
}

std::string coloured(std::string_view text, colour which, bool wanted) {
    if (!wanted) return std::string(text);
    const std::string_view code = which == colour::green    ? "32"
                                  : which == colour::yellow ? "33"
                                  : which == colour::red    ? "31"
                                                            : "2";
    return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

}  // namespace railgauge
