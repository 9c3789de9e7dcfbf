// Words for the user beside the results, on standard error.
#pragma once

#include <cstdio>
#include <string_view>

namespace railgauge {

/// Writes and flushes. What cannot be written is lost: a closed or full standard error is no reason
/// to end a measurement.
inline void say(std::string_view text, std::FILE* to = stderr) noexcept {
    std::fwrite(text.data(), 1, text.size(), to);
    std::fflush(to);
}

}  // namespace railgauge
