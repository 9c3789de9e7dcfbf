// Memory of a GPU that other processes may have open.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "harness/backends/device_memory.hpp"

namespace railgauge::cuda {

/// Where lent memory waits for the moment when nobody has it open any more.
using lent_bin = std::vector<std::unique_ptr<device_memory>>;

/// CUDA leaves undefined what happens when memory is freed that another process has open, so this
/// frees nothing: it puts what it had into the bin, which its communicator empties when all ranks
/// have come to a later collective call.
class lent_memory final : public memory {
public:
    lent_memory(std::shared_ptr<lent_bin> bin, std::unique_ptr<device_memory> held)
        : bin_(std::move(bin)), held_(std::move(held)) {
        bin_->reserve(bin_->capacity() + 1);  // so that the destructor does not allocate
    }
    ~lent_memory() override { bin_->push_back(std::move(held_)); }

    [[nodiscard]] std::byte* data() noexcept override { return held_->data(); }
    [[nodiscard]] std::size_t bytes() const noexcept override { return held_->bytes(); }
    [[nodiscard]] bool on_device() const noexcept override { return true; }

    void fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                      std::uint64_t offset, std::uint64_t bytes) override {
        held_->fill_pattern(pattern, rank, first, offset, bytes);
    }
    void fill_poison(std::uint64_t offset, std::uint64_t bytes) override {
        held_->fill_poison(offset, bytes);
    }
    [[nodiscard]] std::optional<mismatch> verify_pattern(const data_pattern& pattern,
                                                         std::int32_t rank, std::uint64_t first,
                                                         std::uint64_t offset,
                                                         std::uint64_t bytes) override {
        return held_->verify_pattern(pattern, rank, first, offset, bytes);
    }
    [[nodiscard]] std::optional<mismatch> verify_expected(const data_pattern& pattern,
                                                          std::uint64_t first, std::uint64_t offset,
                                                          std::uint64_t bytes) override {
        return held_->verify_expected(pattern, first, offset, bytes);
    }

private:
    std::shared_ptr<lent_bin> bin_;
    std::unique_ptr<device_memory> held_;
};

}  // namespace railgauge::cuda
