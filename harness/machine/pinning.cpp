#include "harness/machine/pinning.hpp"

#include <hwloc.h>

#include <cstdlib>
#include <memory>
#include <vector>

namespace railgauge {

namespace {

struct topology_destroyer {
    void operator()(hwloc_topology_t topology) const { hwloc_topology_destroy(topology); }
};
using topology_owner = std::unique_ptr<hwloc_topology, topology_destroyer>;

struct bitmap_destroyer {
    void operator()(hwloc_bitmap_t bitmap) const { hwloc_bitmap_free(bitmap); }
};
using bitmap_owner = std::unique_ptr<hwloc_bitmap_s, bitmap_destroyer>;

/// Cores, hardware threads and NUMA nodes are all that counts here: no devices, no caches, so that
/// loading takes milliseconds and opens no GPU library.
topology_owner load_topology() {
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) {
        return nullptr;
    }
    topology_owner topology(raw);
    hwloc_topology_set_all_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_type_filter(raw, HWLOC_OBJ_CORE, HWLOC_TYPE_FILTER_KEEP_ALL);
    return hwloc_topology_load(raw) == 0 ? std::move(topology) : nullptr;
}

/// The allowed hardware threads in the order in which ranks take them: the first one of each core,
/// then the second one of each core, and so on.
std::vector<hwloc_obj_t> threads_in_order(hwloc_topology_t topology, hwloc_const_cpuset_t usable) {
    std::vector<std::vector<hwloc_obj_t>> by_turn;
    hwloc_obj_t last_core = nullptr;
    std::size_t turn = 0;
    hwloc_obj_t thread = nullptr;
    while ((thread = hwloc_get_next_obj_inside_cpuset_by_type(topology, usable, HWLOC_OBJ_PU,
                                                              thread)) != nullptr) {
        const hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, thread);
        turn = core != nullptr && core == last_core ? turn + 1 : 0;
        last_core = core;
        if (by_turn.size() <= turn) {
            by_turn.resize(turn + 1);
        }
        by_turn[turn].push_back(thread);
    }
    std::vector<hwloc_obj_t> order;
    for (const auto& threads : by_turn) {
        order.insert(order.end(), threads.begin(), threads.end());
    }
    return order;
}

std::string list_of(hwloc_const_bitmap_t set) {
    char* text = nullptr;
    if (hwloc_bitmap_list_asprintf(&text, set) < 0) {
        return {};
    }
    const std::unique_ptr<char, decltype(&std::free)> owner(text, &std::free);
    return text;
}

/// The node that holds all of `cpus`; -1 where they span several.
int node_of(hwloc_topology_t topology, hwloc_const_cpuset_t cpus) {
    const bitmap_owner nodes(hwloc_bitmap_alloc());
    hwloc_cpuset_to_nodeset(topology, cpus, nodes.get());
    return hwloc_bitmap_weight(nodes.get()) == 1 ? hwloc_bitmap_first(nodes.get()) : -1;
}

}  // namespace

std::string_view name_of(pinned_by who) noexcept {
    switch (who) {
        case pinned_by::railgauge: return "railgauge";
        case pinned_by::launcher: return "launcher";
        case pinned_by::nobody: return "nobody";
        case pinned_by::oversubscribed: return "oversubscribed";
    }
    return "unknown";
}

placement pin_process(int local_rank, int local_size, bool launched, bool pin) {
    placement result;
    result.rank = local_rank;
    const topology_owner topology = load_topology();
    const bitmap_owner mine(hwloc_bitmap_alloc());
    if (!topology || !mine ||
        hwloc_get_cpubind(topology.get(), mine.get(), HWLOC_CPUBIND_PROCESS) != 0) {
        return result;
    }
    const hwloc_const_cpuset_t allowed = hwloc_topology_get_allowed_cpuset(topology.get());
    const auto order = threads_in_order(topology.get(), mine.get());
    if (launched && hwloc_bitmap_isincluded(mine.get(), allowed) != 0 &&
        hwloc_bitmap_isequal(mine.get(), allowed) == 0) {
        result.who = pinned_by::launcher;
    } else if (static_cast<std::size_t>(local_size) > order.size()) {
        result.who = pinned_by::oversubscribed;
    } else if (pin) {
        const hwloc_obj_t thread = order[static_cast<std::size_t>(local_rank)];
        if (hwloc_set_cpubind(topology.get(), thread->cpuset, HWLOC_CPUBIND_PROCESS) == 0) {
            result.who = pinned_by::railgauge;
            hwloc_bitmap_copy(mine.get(), thread->cpuset);
        }
    }
    result.cpus = list_of(mine.get());
    result.numa_node = node_of(topology.get(), mine.get());
    return result;
}

}  // namespace railgauge
