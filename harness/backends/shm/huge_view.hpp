// A second mapping of shared memory, placed so that huge pages fit.
#pragma once

#include <cstddef>

namespace railgauge::shm {

inline constexpr std::size_t huge_page_bytes = std::size_t{1} << 21;

/// Where a mapping does not start at a multiple of the huge page's size, the kernel can only use
/// small pages, and large messages then spend their time walking page tables. The view maps the
/// same memory again at such a multiple, asks for huge pages and faults everything in.
class huge_view {
public:
    huge_view() noexcept = default;
    /// `shared` is a mapping with MAP_SHARED of at least `bytes`, which must outlive the view.
    /// Below one huge page, and where the kernel refuses, the view is `shared` itself.
    huge_view(std::byte* shared, std::size_t bytes) noexcept;
    ~huge_view();
    huge_view(huge_view&& other) noexcept;
    huge_view& operator=(huge_view&&) = delete;

    [[nodiscard]] std::byte* data() const noexcept { return data_; }

private:
    std::byte* data_ = nullptr;
    std::byte* mapped_ = nullptr;  ///< nullptr where the view is the mapping itself
    std::size_t mapped_bytes_ = 0;
};

}  // namespace railgauge::shm
