// A short probe of the host, taken around each launch: machines drift, and this shows how much.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace railgauge {

struct host_probe {
    std::optional<double> ping_pong_ns;       ///< one way of a cache line between two processors
    std::optional<double> copy_gbps;          ///< bytes copied a second / 1e9, one processor
    std::optional<double> arithmetic_gflops;  ///< float32 multiply-adds (2 each), one processor
    std::string reason;                       ///< why a figure is absent; empty when none is
    int first_cpu = -1;                       ///< the processors used, -1: none
    int second_cpu = -1;
    double elapsed_ms = 0;
};

/// Medians of short repetitions, together about `length`. Runs in forked children, because the
/// process that forks ranks must have no threads and touch nothing. Uses two of the processors that
/// the caller may use, on two cores where there are two. Never takes longer than `length` plus two
/// seconds: then figures are absent. Throws system_error where fork or mmap fail.
[[nodiscard]] host_probe probe_host(
    std::chrono::milliseconds length = std::chrono::milliseconds(45));

/// The figures that are there with their names, units included, for the record of a launch.
[[nodiscard]] std::vector<std::pair<std::string, double>> figures(const host_probe& probe);

}  // namespace railgauge
