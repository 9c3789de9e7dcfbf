// A buffer whose first message lies in one memory and whose second in another.
#pragma once

#include <memory>

#include "harness/backends/memory.hpp"

namespace railgauge::cuda {

/// For host_device_both: offsets below the boundary are in the first part, those from there on in
/// the second, from its first byte. Both parts hold the largest message that the boundary is set
/// to. `data` is the first part's.
class divided_memory final : public memory {
public:
    divided_memory(std::unique_ptr<memory> first, std::unique_ptr<memory> second);

    /// Until it is called, all of the first part lies before the boundary.
    void divide(std::uint64_t at) noexcept { boundary_ = at; }
    [[nodiscard]] std::uint64_t boundary() const noexcept { return boundary_; }

    /// Where the byte of this offset is.
    [[nodiscard]] std::byte* at(std::uint64_t offset) noexcept;

    [[nodiscard]] std::byte* data() noexcept override { return first_->data(); }
    [[nodiscard]] std::size_t bytes() const noexcept override {
        return first_->bytes() + second_->bytes();
    }
    [[nodiscard]] bool on_device() const noexcept override {
        return first_->on_device() || second_->on_device();
    }

    void fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                      std::uint64_t offset, std::uint64_t bytes) override;
    void fill_poison(std::uint64_t offset, std::uint64_t bytes) override;
    [[nodiscard]] std::optional<mismatch> verify_pattern(const data_pattern& pattern,
                                                         std::int32_t rank, std::uint64_t first,
                                                         std::uint64_t offset,
                                                         std::uint64_t bytes) override;
    [[nodiscard]] std::optional<mismatch> verify_expected(const data_pattern& pattern,
                                                          std::uint64_t first, std::uint64_t offset,
                                                          std::uint64_t bytes) override;

private:
    template <typename Check>
    std::optional<mismatch> check_parts(const data_pattern& pattern, std::uint64_t first,
                                        std::uint64_t offset, std::uint64_t bytes,
                                        const Check& check);

    std::unique_ptr<memory> first_;
    std::unique_ptr<memory> second_;
    std::uint64_t boundary_;
};

}  // namespace railgauge::cuda
