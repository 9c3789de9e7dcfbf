// What `railgauge convert` does with one file.
#pragma once

#include <optional>
#include <string>

#include "harness/record/import.hpp"

namespace railgauge {

struct convert_request {
    std::string file;
    std::optional<import_format> from;  ///< none: found from the content
    import_options options;
    std::string out;  ///< the results file to write; it must not exist
};

struct convert_outcome {
    std::string text;        ///< one line for people
    std::string complaints;  ///< a line for each part that could not be used
    bool whole = true;       ///< all of it was used
};

/// Throws input_error where nothing of the file can be used, usage_error where it cannot be read,
/// its format is not found or `out` exists, and system_error where `out` cannot be written.
[[nodiscard]] convert_outcome convert_file(const convert_request& request);

/// Where a file's records go: its name without folder and ending, ".jsonl", in `folder` ("" for
/// the working directory).
[[nodiscard]] std::string converted_name(const std::string& file, const std::string& folder);

}  // namespace railgauge
