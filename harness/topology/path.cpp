#include "harness/topology/path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/error.hpp"
#include "harness/topology/placement.hpp"

namespace railgauge {
namespace {

const tier& tier_at(const topology& all, const group_place& place) {
    return all.stacks[place.stack].tiers[static_cast<std::size_t>(place.level)];
}

struct host_seat {
    std::int64_t host = 0;
    std::int64_t gpu = 0;  ///< in it
};

// Hosts are counted through the cluster; found by bisection, because kinds have different ones.
host_seat seat_of(const topology& all, std::int64_t gpu, std::int64_t first, std::int64_t last) {
    while (first < last) {
        const std::int64_t middle = (first + last + 1) / 2;
        if (gpus_of_host(all, middle).first <= gpu) {
            first = middle;
        } else {
            last = middle - 1;
        }
    }
    return {first, gpu - gpus_of_host(all, first).first};
}

std::int64_t gpus_of(const topology& all, const group_place& place) {
    return place.level < 0 ? 1 : gpus_in_group(all, place.stack, place.level);
}

class path_maker {
public:
    path_maker(const topology& all, std::int64_t from, std::int64_t to)
        : all_(all),
          from_(from),
          to_(to),
          a_(groups_around(all, from)),
          b_(groups_around(all, to)) {}

    gpu_path make() {
        const std::size_t turn = turning_point();
        joined_ = tier_at(all_, a_[turn]).planes == 1;
        gpu_path made;
        made.turns_at = tier_at(all_, a_[turn]).name;
        made.latency_us = tier_at(all_, a_[turn]).latency_us;
        made.gbps = narrowest(turn);
        made.hops.push_back({gpu_name(all_, from_), 1, 0});
        std::vector<path_hop> back;
        climb(a_, from_, turn, made.hops);
        climb(b_, to_, turn, back);
        add_switches(a_, turn, made.hops, shared_plane(turn));
        std::ranges::reverse(back);
        made.hops.insert(made.hops.end(), back.begin(), back.end());
        made.hops.push_back({gpu_name(all_, to_), 1, 0});
        return made;
    }

private:
    // The innermost group that holds both, counted from the outside because kinds differ in depth.
    [[nodiscard]] std::size_t turning_point() const {
        std::size_t same = 0;
        while (same < std::min(a_.size(), b_.size())) {
            const group_place& one = a_[a_.size() - 1 - same];
            const group_place& other = b_[b_.size() - 1 - same];
            if (one.stack != other.stack || one.level != other.level ||
                one.first_gpu != other.first_gpu) {
                break;
            }
            ++same;
        }
        return a_.size() - same;
    }

    [[nodiscard]] double narrowest(std::size_t turn) const {
        double least = a_.front().up_gbps;
        const std::size_t deeper = b_.size() - (a_.size() - turn);
        for (std::size_t i = 0; i < turn; ++i) least = std::min(least, a_[i].up_gbps);
        for (std::size_t i = 0; i < deeper; ++i) least = std::min(least, b_[i].up_gbps);
        return least;
    }

    // Planes stay apart up to the turn: those of the destination's port.
    // Below planes that meet at the turn, each end's own.
    [[nodiscard]] std::int64_t plane_of(const tier& at, bool at_source) const {
        if (at.planes <= 1) return 0;
        const bool own = at_source && joined_;
        const auto& around = own ? a_ : b_;
        const std::int64_t gpu = own ? from_ : to_;
        for (std::size_t i = 1; i < around.size(); ++i) {
            const tier& here = tier_at(all_, around[i]);
            if (reach_of(here.medium) == 0 || here.planes <= 1) continue;
            const std::int64_t gpus = gpus_of(all_, around[i - 1]);
            const std::int64_t local = gpu - around[i - 1].first_gpu;
            return local * here.ports / gpus % here.planes % at.planes;
        }
        return 0;
    }

    [[nodiscard]] std::int64_t shared_plane(std::size_t turn) const {
        return plane_of(tier_at(all_, a_[turn]), true);
    }

    void add_switches(const std::vector<group_place>& around, std::size_t position,
                      std::vector<path_hop>& into, std::int64_t plane) const {
        const tier& at = tier_at(all_, around[position]);
        std::string name = group_name(all_, around, position);
        if (at.planes > 1) name += fmt::format("/plane{}", plane);
        into.push_back({name, at.switches / at.planes, 0});
    }

    // Ports, switches and uplinks from a GPU up to what the turning group joins.
    void climb(const std::vector<group_place>& around, std::int64_t gpu, std::size_t turn_in_a,
               std::vector<path_hop>& into) const {
        const std::size_t turn = around.size() - (a_.size() - turn_in_a);
        bool nic_named = false;
        for (std::size_t i = 1; i <= turn; ++i) {
            const tier& at = tier_at(all_, around[i]);
            if (reach_of(at.medium) > 0 && !nic_named) {
                nic_named = true;
                const std::int64_t leaves_by = same_plane(around, i, gpu, at);
                if (leaves_by != gpu) {
                    // Over the tier inside to the GPU whose NIC is on the destination's plane.
                    add_switches(around, i - 1, into, 0);
                    into.push_back({gpu_name(all_, leaves_by), 1, 0});
                }
                into.push_back(nic_of(around[i - 1], leaves_by, at));
            }
            if (i == turn) break;
            if (reach_of(at.medium) == 0 && reach_of(tier_at(all_, around[i + 1]).medium) > 0)
                continue;
            add_switches(around, i, into, plane_of(at, gpu == from_));
            if (at.uplinks > 0) {
                into.push_back({group_name(all_, around, i) + "/uplink", at.uplinks / at.planes,
                                at.uplink_gbps});
            }
        }
    }

    // The GPU itself where its NIC is on the plane that the way takes; else the first of its member
    // whose NIC is.
    [[nodiscard]] std::int64_t same_plane(const std::vector<group_place>& around, std::size_t i,
                                          std::int64_t gpu, const tier& at) const {
        const group_place& member = around[i - 1];
        const std::int64_t gpus = gpus_of(all_, member);
        const auto plane_by = [&](std::int64_t local) {
            return local * at.ports / gpus % at.planes;
        };
        const std::int64_t wanted = plane_of(at, gpu == from_);
        if (at.planes <= 1 || i < 2 || plane_by(gpu - member.first_gpu) == wanted) return gpu;
        for (std::int64_t local = 0; local < gpus; ++local) {
            if (plane_by(local) == wanted) return member.first_gpu + local;
        }
        return gpu;
    }

    [[nodiscard]] path_hop nic_of(const group_place& member, std::int64_t gpu,
                                  const tier& at) const {
        const std::string host = gpu_name(all_, gpu);
        const std::int64_t gpus = gpus_of(all_, member);
        const stack& kind = all_.stacks[member.stack];
        const std::int64_t per_host = std::max<std::int64_t>(1, std::min(kind.gpus_per_host, gpus));
        const std::int64_t ports = std::max<std::int64_t>(1, at.ports * per_host / gpus);
        const std::int64_t local = (gpu - member.first_gpu) % per_host;
        const std::int64_t each = std::max<std::int64_t>(1, ports / per_host);
        return {fmt::format("{}/nic{}", host.substr(0, host.find('/')), local * ports / per_host),
                each, at.port_gbps};
    }

    const topology& all_;
    std::int64_t from_;
    std::int64_t to_;
    bool joined_ = true;  ///< planes meet where the way turns
    std::vector<group_place> a_;
    std::vector<group_place> b_;
};

}  // namespace

std::string gpu_name(const topology& all, std::int64_t gpu) {
    static_cast<void>(groups_around(all, gpu));
    const host_seat seat = seat_of(all, gpu, 0, hosts_of(all) - 1);
    return fmt::format("host{}/{}{}", seat.host, all.unit, seat.gpu);
}

std::string group_name(const topology& all, const std::vector<group_place>& around,
                       std::size_t position) {
    const std::string name =
        around[position].level < 0 ? all.unit : tier_at(all, around[position]).name;
    std::string indices;
    for (std::size_t i = around.size() - 1; i-- > position;) {
        indices += fmt::format("{}{}", indices.empty() ? "-" : ".", around[i].index);
    }
    return name + indices;
}

gpu_path path_between(const topology& all, std::int64_t from, std::int64_t to) {
    if (from == to) throw usage_error("a way has two ends: name two different ranks");
    return path_maker(all, from, to).make();
}

group_members members_around(const topology& all, std::int64_t gpu, const std::string& tier_name) {
    std::string known;
    for (const group_place& place : groups_around(all, gpu)) {
        if (place.level < 0) continue;
        const tier& at = tier_at(all, place);
        if (at.name == tier_name) return {place.first_gpu, gpus_of(all, place)};
        known += (known.empty() ? "" : ", ") + at.name;
    }
    throw usage_error(
        fmt::format("no tier '{}' around GPU {}; there are {}", tier_name, gpu, known));
}

}  // namespace railgauge
