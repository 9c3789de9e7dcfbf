#include "harness/backends/ucx/access_map.hpp"

#include <algorithm>

namespace railgauge::ucx {

void access_map::split(std::uintptr_t at) {
    auto after = regions_.upper_bound(at);
    if (after == regions_.begin()) {
        return;
    }
    auto& [begin, one] = *std::prev(after);
    if (begin >= at || one.end <= at) {
        return;
    }
    region second = one;
    one.end = at;
    regions_.emplace_hint(after, at, std::move(second));
}

access_map::regions::iterator access_map::cover(std::uintptr_t begin, std::uintptr_t end) {
    split(begin);
    split(end);
    auto next = regions_.lower_bound(begin);
    std::uintptr_t at = begin;
    while (at < end) {
        if (next == regions_.end() || next->first > at) {
            const std::uintptr_t gap_end =
                next == regions_.end() ? end : std::min(end, next->first);
            next = regions_.emplace_hint(next, at, region{.end = gap_end});
        }
        at = next->second.end;
        ++next;
    }
    return regions_.find(begin);
}

void access_map::read(std::uint32_t step, const std::byte* begin, std::uint64_t bytes,
                      std::vector<std::uint32_t>& waits_for) {
    if (bytes == 0) {
        return;
    }
    const auto from = reinterpret_cast<std::uintptr_t>(begin);
    for (auto at = cover(from, from + bytes); at != regions_.end() && at->first < from + bytes;
         ++at) {
        if (at->second.writer != nobody) {
            waits_for.push_back(at->second.writer);
        }
        at->second.readers.push_back(step);
    }
}

void access_map::write(std::uint32_t step, const std::byte* begin, std::uint64_t bytes,
                       std::vector<std::uint32_t>& waits_for) {
    if (bytes == 0) {
        return;
    }
    const auto from = reinterpret_cast<std::uintptr_t>(begin);
    auto at = cover(from, from + bytes);
    while (at != regions_.end() && at->first < from + bytes) {
        const region& before = at->second;
        // Readers wait for the writer themselves.
        if (before.readers.empty() && before.writer != nobody) {
            waits_for.push_back(before.writer);
        }
        waits_for.insert(waits_for.end(), before.readers.begin(), before.readers.end());
        at = regions_.erase(at);
    }
    regions_.emplace(from, region{.end = from + bytes, .writer = step});
}

}  // namespace railgauge::ucx
