// What `railgauge check` says about one file.
#pragma once

#include <string>

namespace railgauge {

struct file_verdict {
    bool sound = false;
    std::string text;  ///< lines "file: ...", each ended by a newline
};

/// Reads the file whole. Results files begin with '{'; TOML with a table [topology], or that
/// does not parse and names one, is a topology; everything else is read as a suite. Faults
/// of the content are in the verdict; throws system_error where the file cannot be read.
[[nodiscard]] file_verdict check_file(const std::string& path);

}  // namespace railgauge
