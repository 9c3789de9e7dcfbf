#include "kernels/chase_cycle.hpp"

#include <cstring>
#include <numeric>
#include <utility>
#include <vector>

#include "kernels/pattern_value.hpp"

namespace railgauge {

void write_chase_cycle(std::span<std::byte> buffer, std::uint64_t stride, std::uint64_t base,
                       std::uint64_t seed) {
    std::vector<std::uint64_t> next(buffer.size() / stride);
    std::iota(next.begin(), next.end(), std::uint64_t{0});
    for (std::uint64_t i = next.size(); i-- > 1;) {
        // Bias by the remainder is below n / 2^64.
        std::swap(next[i], next[mixed(mixed(seed) + i) % i]);
    }
    for (std::uint64_t i = 0; i < next.size(); ++i) {
        const std::uint64_t address = base + next[i] * stride;
        std::memcpy(buffer.data() + i * stride, &address, sizeof address);
    }
}

}  // namespace railgauge
