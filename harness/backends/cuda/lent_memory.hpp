// Memory of a GPU that other processes may have open.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "harness/backends/memory.hpp"

namespace railgauge::cuda {

/// Where lent memory waits for the moment when nobody has it open any more. Ranks drop what has a
/// memory open, then the memory, and then make their next collective call: when all have come to
/// that, what waited before it may go.
class lent_bin {
public:
    /// `meet` waits for all ranks. As the World's calls do, it comes back only when all are there:
    /// where one is gone, the World ends this process instead.
    explicit lent_bin(std::function<void()> meet) : meet_(std::move(meet)) {}
    lent_bin(const lent_bin&) = delete;
    lent_bin& operator=(const lent_bin&) = delete;

    /// Room for one more, so that `put` does not allocate.
    void expect_one() { waiting_.reserve(++expected_); }
    void put(std::unique_ptr<memory> used) noexcept { waiting_.push_back(std::move(used)); }

    /// Collective: waits for all ranks and frees what waits.
    void empty();
    /// In a collective call that all ranks have come to: frees what was put here before it began.
    void all_have_come() noexcept { clear(); }
    /// Collective, at the communicator's end. Frees nothing where this rank is on its way out by an
    /// exception or the meeting fails: others may still have it open, and it goes with the process,
    /// which is about to end. A rank that died has nothing open any more.
    void close() noexcept;

    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

private:
    void clear() noexcept;

    std::function<void()> meet_;
    std::vector<std::unique_ptr<memory>> waiting_;
    std::size_t expected_ = 0;
};

/// CUDA leaves undefined what happens when memory is freed that another process has open, so this
/// frees nothing: it puts what it had into the bin.
class lent_memory final : public memory {
public:
    lent_memory(std::shared_ptr<lent_bin> bin, std::unique_ptr<memory> held)
        : bin_(std::move(bin)), held_(std::move(held)) {
        bin_->expect_one();
    }
    ~lent_memory() override { bin_->put(std::move(held_)); }

    [[nodiscard]] std::byte* data() noexcept override { return held_->data(); }
    [[nodiscard]] std::size_t bytes() const noexcept override { return held_->bytes(); }
    [[nodiscard]] bool on_device() const noexcept override { return held_->on_device(); }

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
    std::unique_ptr<memory> held_;
};

}  // namespace railgauge::cuda
