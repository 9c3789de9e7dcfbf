#include "harness/cli/help.hpp"

namespace railgauge {
namespace {

constexpr std::string_view verb_heading = "## railgauge ";

std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

// Without Markdown's marks: backticks, and outside of code, where ** may be a word, that as well.
std::string plain(std::string_view line, bool in_fence) {
    std::string text;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const bool bold = !in_fence && line.substr(at, 2) == "**";
        if (bold) ++at;
        if (!bold && line[at] != '`') text += line[at];
    }
    return text;
}

}  // namespace

std::string help_text(std::string_view document, std::string_view verb) {
    std::string result;
    bool inside = verb.empty();
    bool in_fence = false;
    while (!document.empty()) {
        const std::string_view line = take_line(document);
        if (!in_fence && line.starts_with(verb_heading)) {
            if (verb.empty()) break;
            inside = line.substr(verb_heading.size()) == verb;
        }
        const bool is_fence = line.starts_with("```");
        if (is_fence) in_fence = !in_fence;
        if (!inside || is_fence) continue;
        if (in_fence) {
            if (!line.empty()) result += "    ";
            result += plain(line, in_fence);
        } else {
            const std::size_t hashes = line.starts_with('#') ? line.find_first_not_of("# ") : 0;
            const std::size_t begin = hashes == std::string_view::npos ? line.size() : hashes;
            result += plain(line.substr(begin), in_fence);
        }
        result += '\n';
    }
    while (result.ends_with("\n\n")) result.pop_back();
    return result;
}

}  // namespace railgauge
