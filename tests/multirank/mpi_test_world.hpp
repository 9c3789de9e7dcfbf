// A World over the MPI library itself, enough for a backend to make its communicator: what the
// tests of the mpi backend need, without the board and its monitor.
#pragma once

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "harness/launch/mpi_library.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::testing {

/// Every call is carried by one all_gather over all ranks, so all groups must make it together.
class mpi_test_world final : public world {
public:
    mpi_test_world(mpi_library& mpi, std::vector<int> members)
        : mpi_(mpi), members_(std::move(members)) {
        const auto me = std::find(members_.begin(), members_.end(), mpi_.rank());
        rank_ = static_cast<int>(me - members_.begin());
    }

    [[nodiscard]] int rank() const noexcept override { return rank_; }
    [[nodiscard]] int size() const noexcept override { return static_cast<int>(members_.size()); }
    [[nodiscard]] int local_rank() const noexcept override { return rank(); }
    [[nodiscard]] int local_size() const noexcept override { return size(); }
    [[nodiscard]] const std::string& host_name() const noexcept override { return host_; }
    [[nodiscard]] std::string_view meeting() const noexcept override { return "test"; }

    void barrier() override { mpi_.barrier(); }

    void broadcast(std::span<std::byte> data, int root) override {
        copy_from(data, collect(data), root, data.data());
    }

    void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override {
        const auto everything = collect(mine);
        if (rank_ != root) return;
        for (int member = 0; member < size(); ++member) {
            copy_from(mine, everything, member,
                      all.data() + static_cast<std::size_t>(member) * mine.size());
        }
    }

    void reduce_max(std::span<double>, std::span<std::int32_t>) override {
        throw std::logic_error("not needed here");
    }
    [[nodiscard]] std::unique_ptr<world> split(int color, int) override {
        const auto colors = collect(std::as_bytes(std::span(&color, 1)));
        std::vector<int> same;
        for (const int member : members_) {
            int theirs = 0;
            std::memcpy(&theirs, colors.data() + colors_offset(member), sizeof theirs);
            if (theirs == color) same.push_back(member);
        }
        return std::make_unique<mpi_test_world>(mpi_, std::move(same));
    }
    void enter(phase, std::int64_t) noexcept override {}
    void set_deadline(std::chrono::nanoseconds) noexcept override {}
    void heartbeat() noexcept override {}
    [[nodiscard]] bool interrupted() const noexcept override { return false; }

private:
    static std::size_t colors_offset(int member) {
        return static_cast<std::size_t>(member) * sizeof(int);
    }

    // Groups differ in size, and so may what they send: everything travels in the largest size.
    std::vector<std::byte> collect(std::span<const std::byte> mine) {
        largest_ = mine.size();
        std::vector<std::size_t> sizes(static_cast<std::size_t>(mpi_.size()));
        mpi_.all_gather(std::as_bytes(std::span(&largest_, 1)),
                        std::as_writable_bytes(std::span(sizes)));
        largest_ = *std::max_element(sizes.begin(), sizes.end());
        std::vector<std::byte> padded(largest_);
        std::copy(mine.begin(), mine.end(), padded.begin());
        std::vector<std::byte> all(largest_ * sizes.size());
        mpi_.all_gather(padded, all);
        return all;
    }

    void copy_from(std::span<const std::byte> shape, const std::vector<std::byte>& all, int member,
                   std::byte* target) const {
        const auto from = static_cast<std::size_t>(members_[static_cast<std::size_t>(member)]);
        std::copy_n(all.data() + from * largest_, shape.size(), target);
    }

    mpi_library& mpi_;
    std::vector<int> members_;
    std::string host_ = "localhost";
    std::size_t largest_ = 0;
    int rank_ = 0;
};

}  // namespace railgauge::testing
