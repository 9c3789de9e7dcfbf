#include "harness/machine/gpu_counters.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace railgauge {
namespace {

using counter = std::optional<std::uint64_t> gpu_counts::*;

struct flag_kind {
    std::string_view name;
    counter which;
    std::uint64_t unit;  ///< what is counted, in units of the flag's figure
};

constexpr std::array<flag_kind, 8> kinds{{
    {"gpu-held-by-power-us", &gpu_counts::held_by_power_ns, 1000},
    {"gpu-held-by-heat-us", &gpu_counts::held_by_heat_ns, 1000},
    {"gpu-held-by-board-us", &gpu_counts::held_by_board_ns, 1000},
    {"gpu-held-by-reliability-us", &gpu_counts::held_by_reliability_ns, 1000},
    {"gpu-memory-errors-uncorrected", &gpu_counts::ecc_uncorrected, 1},
    {"gpu-memory-errors-corrected", &gpu_counts::ecc_corrected, 1},
    {"gpu-pcie-replays", &gpu_counts::pcie_replays, 1},
    {"gpu-nvlink-errors", &gpu_counts::nvlink_errors, 1},
}};

std::optional<std::uint64_t> increase(const gpu_counts& before, const gpu_counts& after,
                                      counter which) {
    const auto& from = before.*which;
    const auto& to = after.*which;
    if (!from || !to || *to < *from) return std::nullopt;
    return *to - *from;
}

bool counts_held_times(const gpu_counts& counts) {
    return counts.held_by_power_ns && counts.held_by_heat_ns;
}

bool throttles(const gpu_counts& counts) {
    return !clock_reasons_in_words(counts.clock_reasons).empty();
}

std::string flag(std::string_view kind, std::uint64_t figure) {
    return std::string(kind) + ":" + std::to_string(figure);
}

}  // namespace

std::vector<gpu_counts> read_gpu_counts(const nvml& gpus) {
    std::vector<gpu_counts> counts;
    for (std::size_t i = 0; i < gpus.devices().size(); ++i) counts.push_back(gpus.counts(i));
    return counts;
}

std::vector<std::string> gpu_flags_between(const std::vector<gpu_counts>& before,
                                           const std::vector<gpu_counts>& after) {
    const std::size_t known = std::min(before.size(), after.size());
    std::vector<std::string> flags;
    for (const flag_kind& kind : kinds) {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < known; ++i) {
            sum += increase(before[i], after[i], kind.which).value_or(0);
        }
        // Rounded up, so that what is not nothing does not look so.
        if (sum > 0) flags.push_back(flag(kind.name, (sum + kind.unit - 1) / kind.unit));
    }
    std::uint64_t throttled = 0;
    for (std::size_t i = 0; i < known; ++i) {
        if (counts_held_times(before[i]) && counts_held_times(after[i])) continue;
        if (throttles(before[i]) || throttles(after[i])) ++throttled;
    }
    if (throttled > 0) flags.push_back(flag("gpu-throttled", throttled));
    return flags;
}

std::optional<double> gpu_energy_j_between(const std::vector<gpu_counts>& before,
                                           const std::vector<gpu_counts>& after) {
    std::optional<double> energy_j;
    for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
        const auto used_mj = increase(before[i], after[i], &gpu_counts::energy_mj);
        if (used_mj) energy_j = energy_j.value_or(0) + static_cast<double>(*used_mj) / 1e3;
    }
    return energy_j;
}

std::optional<double> hottest_gpu_c(const nvml& gpus) {
    std::optional<double> hottest;
    for (std::size_t i = 0; i < gpus.devices().size(); ++i) {
        const auto here = gpus.state(i).temperature_c;
        if (here) hottest = std::max(hottest.value_or(*here), static_cast<double>(*here));
    }
    return hottest;
}

}  // namespace railgauge
