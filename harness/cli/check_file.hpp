// What `railgauge check` says about one file.
#pragma once

#include <string>

namespace railgauge {

struct file_verdict {
    bool sound = false;
    std::string text;  ///< lines "file: ...", each ended by a newline
};

/// Reads the file whole. Results files begin with '{'; TOML with a table [topology], or that does
/// not parse and names one, is a topology; with [[expect]] likewise, expectations; everything else
/// is read as a suite. What is wrong, also with reading it, is in the verdict.
[[nodiscard]] file_verdict check_file(const std::string& path);

}  // namespace railgauge
