// The line on stderr that says how far a run is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/record/point_record.hpp"

namespace railgauge {

struct progress {
    std::int64_t done = 0;   ///< points measured or skipped
    std::int64_t total = 0;  ///< over all launches; 0: unknown (a soak)
    const point_key* current = nullptr;
    std::optional<double> left_s = std::nullopt;
};

/// "[ 42%] 121/288  all_reduce shm float32 64 KiB isolated  1 min 5 s left", without a newline or
/// escapes, cut to `columns` (which must fit one line of the terminal; at least 1).
[[nodiscard]] std::string progress_line(const progress& now, int columns);

/// Time left, in seconds, when `done` of `total` points took `elapsed_s` and the plan was thought
/// to take `planned_s` in all: the plan's figure, corrected the more the further the run is. Never
/// negative; absent when `total` is 0.
[[nodiscard]] std::optional<double> estimate_left_s(std::int64_t done, std::int64_t total,
                                                    double elapsed_s, double planned_s) noexcept;

}  // namespace railgauge
