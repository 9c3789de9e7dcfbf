#include "harness/backends/shm/shared_memory.hpp"

#include <span>

#include "harness/launch/world.hpp"

namespace railgauge::shm {

namespace {

/// From here on whole huge pages are taken: the little that is lost at the end is worth the
/// shorter walks through page tables.
constexpr std::size_t huge_from_bytes = huge_page_bytes / 4;

std::size_t rounded(std::size_t bytes) {
    if (bytes < huge_from_bytes) {
        return bytes;
    }
    return (bytes + huge_page_bytes - 1) / huge_page_bytes * huge_page_bytes;
}

}  // namespace

shared_memory::shared_memory(world& group, const std::string& name, std::size_t bytes)
    : rank_(static_cast<std::size_t>(group.rank())), bytes_(bytes) {
    const auto ranks = static_cast<std::size_t>(group.size());
    const std::size_t whole = rounded(bytes);
    shared_segment mine =
        shared_segment::create(name, whole, /*huge_pages=*/whole >= huge_page_bytes);
    const segment_handle handle = mine.handle();
    std::vector<segment_handle> handles(ranks);
    const auto all = std::as_writable_bytes(std::span(handles));
    group.gather(std::as_bytes(std::span(&handle, 1)), rank_ == 0 ? all : std::span<std::byte>{},
                 0);
    group.broadcast(all, 0);
    // The own view comes first: it is what makes the pages huge ones, for the peers as well.
    views_.reserve(ranks);
    huge_view own(mine.data(), whole);
    group.barrier();
    segments_.reserve(ranks);
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        if (rank == rank_) {
            segments_.push_back(std::move(mine));
            views_.push_back(std::move(own));
        } else {
            segments_.push_back(shared_segment::open(handles[rank]));
            views_.emplace_back(segments_.back().data(), handles[rank].bytes);
        }
    }
    group.barrier();  // nobody may let go of a segment before all have opened it
}

}  // namespace railgauge::shm
