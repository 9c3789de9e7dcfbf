// Compares text line by line with a file under tests/golden/, so that a format cannot change
// unseen. Where a value varies the file has a placeholder: {number}, {word} (no blanks) or {text}
// (anything, also nothing). \r at a line's end is part of the line and written as {cr}.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace railgauge::golden {

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

inline std::regex pattern_of(const std::string& line) {
    static const std::pair<std::string_view, std::string_view> placeholders[] = {
        {"{number}", "[-+]?[0-9][0-9.]*(e[-+]?[0-9]+)?"},
        {"{word}", "\\S+"},
        {"{text}", ".*"},
        {"{cr}", "\r"},
    };
    std::string pattern;
    for (std::size_t at = 0; at < line.size();) {
        bool replaced = false;
        for (const auto& [placeholder, expression] : placeholders) {
            if (line.compare(at, placeholder.size(), placeholder) == 0) {
                pattern += expression;
                at += placeholder.size();
                replaced = true;
                break;
            }
        }
        if (replaced) continue;
        if (std::string_view(R"(\^$.|?*+()[]{})").find(line[at]) != std::string_view::npos) {
            pattern += '\\';
        }
        pattern += line[at++];
    }
    return std::regex(pattern);
}

/// `file` lies below tests/golden/.
inline ::testing::AssertionResult matches(const std::string& file, const std::string& text) {
    const std::string path = std::string(RAILGAUGE_SOURCE_DIR) + "/tests/golden/" + file;
    std::ifstream stream(path);
    if (!stream) return ::testing::AssertionFailure() << "no golden file " << path;
    std::stringstream whole;
    whole << stream.rdbuf();
    const std::vector<std::string> expected = lines_of(whole.str());
    const std::vector<std::string> actual = lines_of(text);
    for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
        if (i >= expected.size() || i >= actual.size() ||
            !std::regex_match(actual[i], pattern_of(expected[i]))) {
            return ::testing::AssertionFailure()
                   << path << ':' << i + 1 << ": expected\n|"
                   << (i < expected.size() ? expected[i] : "(end of file)") << "|\nbut got\n|"
                   << (i < actual.size() ? actual[i] : "(end of text)") << "|\nin\n"
                   << text;
        }
    }
    return ::testing::AssertionSuccess();
}

}  // namespace railgauge::golden
