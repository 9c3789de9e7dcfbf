#include "harness/backends/shm/combine_small.hpp"

#include <cstring>

namespace railgauge::shm {

namespace {

template <typename T>
void add(std::byte* target, const std::byte* a, const std::byte* b, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
        T left;
        T right;
        std::memcpy(&left, a + i * sizeof(T), sizeof(T));
        std::memcpy(&right, b + i * sizeof(T), sizeof(T));
        const T sum = static_cast<T>(left + right);
        std::memcpy(target + i * sizeof(T), &sum, sizeof(T));
    }
}

}  // namespace

combine_function small_combiner(dtype type, redop op) noexcept {
    if (op != redop::sum && op != redop::avg) {
        return nullptr;
    }
    switch (type) {
        case dtype::float32: return add<float>;
        case dtype::float64: return add<double>;
        // Wrapping sums of signed and unsigned integers are the same bits.
        case dtype::int32:
        case dtype::uint32: return add<std::uint32_t>;
        case dtype::int64:
        case dtype::uint64: return add<std::uint64_t>;
        default: return nullptr;
    }
}

}  // namespace railgauge::shm
