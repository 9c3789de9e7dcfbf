#include "harness/report/markdown_text.hpp"

#include "harness/report/printable.hpp"

namespace railgauge {

std::string markdown_text(std::string_view text) {
    std::string result;
    for (const char c : printable(text)) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '\\':
            case '`':
            case '*':
            case '_':
            case '[':
            case ']':
            case '#':
            case '!':
            case '~':
            case '|':
                result += '\\';
                result += c;
                break;
            // Neither a mention nor a link may come of a host's name.
            case '@': result += "&#64;"; break;
            case ':': result += "&#58;"; break;
            default: result += c;
        }
    }
    return result;
}

}  // namespace railgauge
