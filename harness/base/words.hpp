// A command line in one text, divided into its words without a shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// Words are separated by blanks. 'Single' quotes keep all between them; "double" ones too, but
/// that \" and \\ stand for the character behind; elsewhere a backslash does that for any. Nothing
/// is expanded: $, *, ~, ; and their like are characters. Throws usage_error for a quote that is
/// not closed and for a backslash at the end.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

/// The words as one text from which split_words makes them again; what needs no quotes has none.
[[nodiscard]] std::string join_words(const std::vector<std::string>& words);

}  // namespace railgauge
