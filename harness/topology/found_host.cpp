#include "harness/topology/found_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "harness/base/rates.hpp"

namespace railgauge {
namespace {

constexpr double least_gbps = 1e-4;  // less is no link that anyone measures

double least_of(const std::vector<found_gpu>& gpus, double found_gpu::*rate) {
    double least = 0;
    for (const found_gpu& each : gpus) {
        if (each.*rate > 0) least = least > 0 ? std::min(least, each.*rate) : each.*rate;
    }
    return least;
}

// Of GPUs whose `word` differs from that of most of them, what is said of both.
void tell_odd_ones(const found_host& host, const std::function<std::string(const found_gpu&)>& word,
                   std::vector<std::string>& into) {
    std::map<std::string, std::size_t> times;
    for (const found_gpu& each : host.gpus) ++times[word(each)];
    const auto usual =
        std::ranges::max_element(times, {}, [](const auto& each) { return each.second; });
    if (times.size() < 2) return;
    for (const found_gpu& each : host.gpus) {
        if (word(each) == usual->first) continue;
        into.push_back(fmt::format("GPU {} {}, and most beside it: {}",
                                   each.address.empty() ? "without address" : each.address,
                                   word(each), usual->first));
    }
}

std::string links_of(const found_gpu& gpu) {
    if (gpu.nvlink_gbps > 0) return "has NVLink of " + format_rate(gpu.nvlink_gbps);
    if (gpu.pcie_gbps > 0) return "has PCIe of " + format_rate(gpu.pcie_gbps);
    return "has no link that is known";
}

template <typename Value>
void fill(Value& mine, const Value& other) {
    if (mine == Value{}) mine = other;
}

}  // namespace

bool found_host::nvlink() const {
    return std::ranges::any_of(gpus, [](const found_gpu& each) { return each.nvlink_gbps > 0; });
}

double found_host::gpu_gbps() const {
    const double rate = least_of(gpus, nvlink() ? &found_gpu::nvlink_gbps : &found_gpu::pcie_gbps);
    return rate >= least_gbps ? rate : 0;
}

std::int64_t found_host::seats() const {
    const auto count = static_cast<std::int64_t>(gpus.size());
    return std::max<std::int64_t>(1, count > 0 ? count : cores);
}

nic_group cluster_nics(const found_host& host) {
    std::map<double, nic_group> by_rate;
    for (const found_nic& nic : host.nics) {
        if (nic.gbps < least_gbps) continue;
        by_rate[nic.gbps].gbps = nic.gbps;
        by_rate[nic.gbps].nics.push_back(nic);
    }
    nic_group best;
    const auto sum = [](const nic_group& one) {
        return one.gbps * static_cast<double>(one.nics.size());
    };
    for (auto& [gbps, one] : by_rate) {
        if (sum(one) >= sum(best)) best = std::move(one);
    }
    return best;
}

void unite(found_host& host, const found_host& other) {
    for (const found_gpu& gpu : other.gpus) {
        const auto known = std::ranges::find(host.gpus, gpu.address, &found_gpu::address);
        if (known == host.gpus.end()) {
            host.gpus.push_back(gpu);
            continue;
        }
        fill(known->name, gpu.name);
        fill(known->nvlink_gbps, gpu.nvlink_gbps);
        fill(known->pcie_gbps, gpu.pcie_gbps);
        fill(known->finding, gpu.finding);
    }
    for (const found_nic& nic : other.nics) {
        const auto known = std::ranges::find(host.nics, nic.name, &found_nic::name);
        if (known == host.nics.end()) {
            host.nics.push_back(nic);
        } else {
            fill(known->gbps, nic.gbps);
        }
    }
    host.cores = std::max(host.cores, other.cores);
    fill(host.source, other.source);
}

std::vector<std::string> remarks_on(const found_host& host) {
    std::vector<std::string> remarks;
    tell_odd_ones(
        host,
        [](const found_gpu& gpu) {
            return gpu.name.empty() ? std::string("is not known to the driver") : "is " + gpu.name;
        },
        remarks);
    tell_odd_ones(host, links_of, remarks);
    for (const found_gpu& gpu : host.gpus) {
        if (gpu.finding.empty()) continue;
        remarks.push_back(fmt::format("GPU {} {}", gpu.address, gpu.finding));
    }
    return remarks;
}

}  // namespace railgauge
