// Samples as they stand in a line.
#pragma once

#include <span>
#include <string>

namespace railgauge {

/// Appends "[1.5,2.00001,...]": microseconds with at most five decimals (0.01 ns), trailing zeros
/// left out. Throws std::invalid_argument for a sample that is not finite.
void append_samples(std::string& line, std::span<const double> samples_us);

}  // namespace railgauge
