// A short probe of the host, taken around each launch: machines drift, and this shows how much.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace railgauge {

struct host_probe {
    std::optional<double> ping_pong_ns;  ///< one way of a cache line between two processors
    std::optional<double> copy_gbps;     ///< bytes copied a second / 1e9, one core, 8 MiB buffers
    std::optional<double> arithmetic_gflops;  ///< float32 multiply-adds, 2 each, one core
    std::string ping_pong_reason;             ///< why ping_pong_ns is absent
    int first_cpu = -1;  ///< the processors used, -1 where they could not be pinned
    int second_cpu = -1;
    double elapsed_ms = 0;
};

/// Medians of short repetitions, together about `length`. Runs in forked children, because the
/// process that forks ranks must have no threads and touch nothing; the caller needs none either.
/// Uses two of the processors that the caller may use. Throws system_error where fork or mmap fail.
[[nodiscard]] host_probe probe_host(
    std::chrono::milliseconds length = std::chrono::milliseconds(45));

/// A JSON object; absent figures are null.
[[nodiscard]] std::string to_json(const host_probe& probe);

}  // namespace railgauge
