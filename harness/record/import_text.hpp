// What readers of other tools' text share: lines with their numbers, words with their columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace railgauge {

struct text_word {
    std::string_view text;
    std::uint64_t column = 1;  ///< of its first byte in the line as it stands in the file
};

struct text_line {
    std::string_view text;     ///< without the newline and without what a launcher put before it
    std::uint64_t number = 1;  ///< from 1
    std::uint64_t column = 1;  ///< where `text` begins
};

/// All lines. A carriage return at the end is dropped, and so is the label of the task that a
/// launcher put before a line: "3: " (srun --label), "[1,3]<stdout>:" (mpirun --tag-output).
class line_scanner {
public:
    explicit line_scanner(std::string_view text) : rest_(text) {}

    /// nullopt at the end.
    [[nodiscard]] std::optional<text_line> next();

private:
    std::string_view rest_;
    std::uint64_t number_ = 0;
};

/// The words of a line, divided at blanks and tabs.
[[nodiscard]] std::vector<text_word> words_of(const text_line& line);

/// The whole text as a finite number, not negative; nullopt for anything else.
[[nodiscard]] std::optional<double> figure_from(std::string_view text);

/// The whole text as a whole number, not negative.
[[nodiscard]] std::optional<std::uint64_t> count_from(std::string_view text);

/// Where `word` stands alone in `text` (no letter, digit or '_' beside it); npos if nowhere.
[[nodiscard]] std::size_t find_word(std::string_view text, std::string_view word);

}  // namespace railgauge
