// The remainder that ranks and blocks are counted with.
#pragma once

#include <cstdint>

namespace railgauge {

/// `value` modulo `modulus` >= 1, from 0 to modulus - 1 also for negative values.
[[nodiscard]] constexpr std::int64_t wrapped(std::int64_t value, std::int64_t modulus) noexcept {
    const std::int64_t remainder = value % modulus;
    return remainder < 0 ? remainder + modulus : remainder;
}

}  // namespace railgauge
