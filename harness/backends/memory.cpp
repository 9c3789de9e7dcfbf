#include "harness/backends/memory.hpp"

#include <span>

namespace railgauge {

void memory::fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                          std::uint64_t offset, std::uint64_t bytes) {
    railgauge::fill_pattern(pattern, rank, first, {data() + offset, bytes});
}

void memory::fill_poison(std::uint64_t offset, std::uint64_t bytes) {
    railgauge::fill_poison({data() + offset, bytes});
}

std::optional<mismatch> memory::verify_pattern(const data_pattern& pattern, std::int32_t rank,
                                               std::uint64_t first, std::uint64_t offset,
                                               std::uint64_t bytes) {
    return railgauge::verify_pattern(pattern, rank, first, {data() + offset, bytes});
}

std::optional<mismatch> memory::verify_expected(const data_pattern& pattern, std::uint64_t first,
                                                std::uint64_t offset, std::uint64_t bytes) {
    return railgauge::verify_expected(pattern, first, {data() + offset, bytes});
}

}  // namespace railgauge
