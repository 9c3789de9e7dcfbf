#include "harness/backends/cuda/divided_memory.hpp"

#include <algorithm>
#include <utility>

namespace railgauge::cuda {

divided_memory::divided_memory(std::unique_ptr<memory> first, std::unique_ptr<memory> second)
    : first_(std::move(first)), second_(std::move(second)), boundary_(first_->bytes()) {}

std::byte* divided_memory::at(std::uint64_t offset) noexcept {
    return offset < boundary_ ? first_->data() + offset : second_->data() + (offset - boundary_);
}

namespace {

/// What of [offset, offset + bytes) lies before and behind a boundary.
struct cut {
    std::uint64_t before;
    std::uint64_t behind;
    std::uint64_t offset_behind;  ///< from the boundary

    cut(std::uint64_t offset, std::uint64_t bytes, std::uint64_t boundary)
        : before(offset < boundary ? std::min(bytes, boundary - offset) : 0),
          behind(bytes - before),
          offset_behind(offset + before - std::min(boundary, offset + before)) {}
};

}  // namespace

void divided_memory::fill_pattern(const data_pattern& pattern, std::int32_t rank,
                                  std::uint64_t first, std::uint64_t offset, std::uint64_t bytes) {
    const cut parts(offset, bytes, boundary_);
    first_->fill_pattern(pattern, rank, first, offset, parts.before);
    second_->fill_pattern(pattern, rank, first + parts.before / size_of(pattern.type),
                          parts.offset_behind, parts.behind);
}

void divided_memory::fill_poison(std::uint64_t offset, std::uint64_t bytes) {
    const cut parts(offset, bytes, boundary_);
    first_->fill_poison(offset, parts.before);
    second_->fill_poison(parts.offset_behind, parts.behind);
}

template <typename Check>
std::optional<mismatch> divided_memory::check_parts(const data_pattern& pattern,
                                                    std::uint64_t first, std::uint64_t offset,
                                                    std::uint64_t bytes, const Check& check) {
    const cut parts(offset, bytes, boundary_);
    const std::uint64_t elements = parts.before / size_of(pattern.type);
    std::optional<mismatch> found = check(*first_, first, offset, parts.before);
    std::optional<mismatch> later =
        check(*second_, first + elements, parts.offset_behind, parts.behind);
    if (!later) return found;
    if (found) {
        found->wrong += later->wrong;
        return found;
    }
    later->element += elements;
    return later;
}

std::optional<mismatch> divided_memory::verify_pattern(const data_pattern& pattern,
                                                       std::int32_t rank, std::uint64_t first,
                                                       std::uint64_t offset, std::uint64_t bytes) {
    return check_parts(pattern, first, offset, bytes,
                       [&](memory& part, std::uint64_t from, std::uint64_t at, std::uint64_t size) {
                           return part.verify_pattern(pattern, rank, from, at, size);
                       });
}

std::optional<mismatch> divided_memory::verify_expected(const data_pattern& pattern,
                                                        std::uint64_t first, std::uint64_t offset,
                                                        std::uint64_t bytes) {
    return check_parts(pattern, first, offset, bytes,
                       [&](memory& part, std::uint64_t from, std::uint64_t at, std::uint64_t size) {
                           return part.verify_expected(pattern, from, at, size);
                       });
}

}  // namespace railgauge::cuda
