// Which step touched which bytes last: from that follows which steps have to wait for which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace railgauge::ucx {

/// Told of all accesses in the order of the program. O(log n) for each, plus what it splits.
class access_map {
public:
    /// `step` reads `bytes` from `begin` on; the step that wrote them last is added to `waits_for`.
    void read(std::uint32_t step, const std::byte* begin, std::uint64_t bytes,
              std::vector<std::uint32_t>& waits_for);

    /// `step` writes them; added is who wrote them last and who has read them since.
    void write(std::uint32_t step, const std::byte* begin, std::uint64_t bytes,
               std::vector<std::uint32_t>& waits_for);

private:
    static constexpr std::uint32_t nobody = UINT32_MAX;

    struct region {
        std::uintptr_t end = 0;
        std::uint32_t writer = nobody;
        std::vector<std::uint32_t> readers{};
    };
    using regions = std::map<std::uintptr_t, region>;

    /// Makes `at` a border between two regions, if it lies in one.
    void split(std::uintptr_t at);
    /// Makes regions for all of [begin, end) and returns the first of them.
    regions::iterator cover(std::uintptr_t begin, std::uintptr_t end);

    regions regions_;
};

}  // namespace railgauge::ucx
