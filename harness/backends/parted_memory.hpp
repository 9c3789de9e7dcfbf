// A buffer of a process that drives several GPUs: a part on each of them.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "harness/backends/memory.hpp"

namespace railgauge {

/// What is asked of the whole is answered for the first part.
class parted_memory final : public memory {
public:
    /// By GPU; one at least.
    explicit parted_memory(std::vector<std::unique_ptr<memory>> parts) : parts_(std::move(parts)) {}

    [[nodiscard]] memory& part(int gpu) override {
        return *parts_.at(static_cast<std::size_t>(gpu));
    }
    [[nodiscard]] std::byte* data() noexcept override { return parts_.front()->data(); }
    [[nodiscard]] std::size_t bytes() const noexcept override { return parts_.front()->bytes(); }
    [[nodiscard]] bool on_device() const noexcept override { return parts_.front()->on_device(); }

    void fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                      std::uint64_t offset, std::uint64_t bytes) override {
        parts_.front()->fill_pattern(pattern, rank, first, offset, bytes);
    }
    void fill_poison(std::uint64_t offset, std::uint64_t bytes) override {
        parts_.front()->fill_poison(offset, bytes);
    }
    [[nodiscard]] std::optional<mismatch> verify_pattern(const data_pattern& pattern,
                                                         std::int32_t rank, std::uint64_t first,
                                                         std::uint64_t offset,
                                                         std::uint64_t bytes) override {
        return parts_.front()->verify_pattern(pattern, rank, first, offset, bytes);
    }
    [[nodiscard]] std::optional<mismatch> verify_expected(const data_pattern& pattern,
                                                          std::uint64_t first, std::uint64_t offset,
                                                          std::uint64_t bytes) override {
        return parts_.front()->verify_expected(pattern, first, offset, bytes);
    }

private:
    std::vector<std::unique_ptr<memory>> parts_;
};

}  // namespace railgauge
