// Memory that every rank of a group can address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/backends/shm/huge_view.hpp"
#include "harness/base/shared_segment.hpp"

namespace railgauge::shm {

/// One segment of each rank, all of them mapped by every rank. Collective to make.
class shared_memory final : public memory {
public:
    /// At least `bytes` of this rank's own, zeroed; sizes may differ from rank to rank.
    /// Throws as shared_segment's create and open do.
    shared_memory(world& group, const std::string& name, std::size_t bytes);

    [[nodiscard]] std::byte* data() noexcept override { return of_rank(rank_); }
    [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }

    /// The first byte of `rank`'s memory, in this process.
    [[nodiscard]] std::byte* of_rank(std::size_t rank) const noexcept {
        return views_[rank].data();
    }

private:
    std::size_t rank_;
    std::size_t bytes_;
    std::vector<shared_segment> segments_;
    std::vector<huge_view> views_;
};

}  // namespace railgauge::shm
