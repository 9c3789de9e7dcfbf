#include "harness/topology/coordinates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"

namespace railgauge {

std::vector<group_place> groups_around(const topology& all, std::int64_t gpu) {
    if (gpu < 0 || gpu >= all.root().gpus) {
        throw usage_error(
            fmt::format("there is no GPU {}: '{}' has {}", gpu, all.name, all.root().gpus));
    }
    std::vector<group_place> places;
    const std::size_t root = all.stacks.size() - 1;
    places.push_back({root, static_cast<int>(all.root().tiers.size()) - 1, 0, 0, 0});
    while (places.back().level >= 0) {
        const group_place outer = places.back();
        const stack& in = all.stacks[outer.stack];
        const tier& at = in.tiers[static_cast<std::size_t>(outer.level)];
        std::int64_t offset = gpu - outer.first_gpu;
        group_place inner{outer.stack, outer.level - 1, outer.first_gpu, 0, at.member_gbps};
        if (outer.level > 0 || in.contains.empty()) {
            const std::int64_t size =
                inner.level < 0 ? 1 : gpus_in_group(all, outer.stack, inner.level);
            inner.index = offset / size;
            inner.first_gpu += inner.index * size;
        } else {
            for (const contained& part : in.contains) {
                const std::int64_t size = all.stacks[part.stack].gpus;
                if (offset < part.count * size) {
                    inner.stack = part.stack;
                    inner.level = static_cast<int>(all.stacks[part.stack].tiers.size()) - 1;
                    inner.index += offset / size;
                    inner.first_gpu += offset / size * size;
                    inner.up_gbps = part.gbps;
                    break;
                }
                offset -= part.count * size;
                inner.index += part.count;
                inner.first_gpu += part.count * size;
            }
        }
        places.push_back(inner);
    }
    std::ranges::reverse(places);
    return places;
}

}  // namespace railgauge
