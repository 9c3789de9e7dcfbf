// One element of a mismatch as text.
#pragma once

#include <cstdint>
#include <string>

#include "kernels/types.hpp"

namespace railgauge {

/// Integers as such; floating point as the shortest decimal that reads back to the same value, and
/// the bits, which tell NaNs and zeros apart. `bits` are in the lower size_of(type) bytes.
[[nodiscard]] std::string readable_element(dtype type, std::uint64_t bits);

}  // namespace railgauge
