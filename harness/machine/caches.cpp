#include "harness/machine/caches.hpp"

#include <hwloc.h>

#include <algorithm>
#include <memory>

namespace railgauge {
namespace {

std::uint64_t read_last_level() {
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) return 0;
    const std::unique_ptr<hwloc_topology, void (*)(hwloc_topology*)> topology(
        raw, [](hwloc_topology* each) { hwloc_topology_destroy(each); });
    hwloc_topology_set_all_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_cache_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_ALL);
    if (hwloc_topology_load(raw) != 0) return 0;
    for (const hwloc_obj_type_t level : {HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L2CACHE}) {
        std::uint64_t smallest = 0;
        hwloc_obj_t cache = nullptr;
        while ((cache = hwloc_get_next_obj_by_type(raw, level, cache)) != nullptr) {
            const std::uint64_t bytes = cache->attr->cache.size;
            smallest = smallest == 0 ? bytes : std::min(smallest, bytes);
        }
        if (smallest > 0) return smallest;
    }
    return 0;
}

}  // namespace

std::uint64_t last_level_cache_bytes() {
    static const std::uint64_t bytes = read_last_level();
    return bytes;
}

}  // namespace railgauge
