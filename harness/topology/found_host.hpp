// One host, as far as tools say what is in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

struct found_nic {
    std::string name;
    double gbps = 0;  ///< 0: not said
    bool infiniband = false;
};

struct found_gpu {
    std::string address;     ///< "0000:3b:00.0"; empty: not said
    std::string name;        ///< "NVIDIA H200"; empty: not said
    double nvlink_gbps = 0;  ///< of all links that are up, each direction; 0: none, or not said
    double pcie_gbps = 0;    ///< each direction; 0: not said
    std::string finding;     ///< what is wrong with it, in words: "runs x8 of PCIe x16"
};

struct found_host {
    std::string name = "this-machine";
    std::vector<found_gpu> gpus;
    std::int64_t cores = 0;  ///< for ranks where there are no GPUs
    std::vector<found_nic> nics;
    std::string source;  ///< where the figures come from

    /// Whether NVLink joins GPUs here.
    [[nodiscard]] bool nvlink() const;
    /// What the slowest GPU has into what joins GPUs, each direction; 0: not said.
    [[nodiscard]] double gpu_gbps() const;
    /// What ranks sit on: GPUs, else cores; at least one.
    [[nodiscard]] std::int64_t seats() const;
};

/// NICs of one rate. Those that carry most together are the cluster's: others manage and store.
struct nic_group {
    double gbps = 0;
    std::vector<found_nic> nics;
};
[[nodiscard]] nic_group cluster_nics(const found_host& host);

/// Takes what `other` knows besides: another process's view of the same host, which may be allowed
/// to see other devices of it.
void unite(found_host& host, const found_host& other);

/// What is worth telling of a host: GPUs that differ from most beside them, or that have findings.
[[nodiscard]] std::vector<std::string> remarks_on(const found_host& host);

/// One line of JSON, and back. Throws capability_error for text that is no such line.
[[nodiscard]] std::string to_line(const found_host& host);
[[nodiscard]] found_host found_host_from_line(std::string_view line);

}  // namespace railgauge
