// Topologies in text that several tests read.
#pragma once

namespace railgauge::test {

/// 4 nodes of 8, two leaf planes, half of it above: small enough to count by hand.
inline constexpr const char* small = R"([topology]
name = "small"
gpus = 64
node = "box"

[sources]
sheet = "a data sheet, https://example.org/sheet"

[gpu.fast]
port = "450GB/s"
power = "700W"
source = "sheet"

[nic.ib]
port = "400Gb/s"
source = "sheet"

[node.box]
gpu = "fast"
gpus = 8
nic = "ib"
nics = 8
rest_power = "500W"
source = "assumed"

[[tier]]
name = "nvlink"
medium = "nvlink"
members = 8
port = "gpu.fast"
latency = "1us"
reduces = true
source = "sheet"

[[tier]]
name = "leaf"
medium = "infiniband"
members = 4
port = "nic.ib"
ports = 8
planes = 2
routing = "adaptive"
latency = "3us"
uplinks = 16
source = ["sheet", "assumed"]

[[tier]]
name = "spine"
medium = "infiniband"
members = 2
planes = 2
switches = 4
routing = "ecmp"
latency = "4us"
source = { latency = "measured" }
)";

// 10^9 GPUs in hosts of 8, racks of 40 hosts, rows of 125 racks, and 25,000 rows.
inline constexpr const char* milliard = R"(
[topology]
name = "milliard"
gpus = 1000000000
node = "n"
[node.n]
gpus = 8
source = "assumed"
[[tier]]
name = "host"
medium = "nvlink"
members = 8
port = "100GB/s"
latency = "1us"
oversubscription = 2
source = "assumed"
[[tier]]
name = "rack"
medium = "ethernet"
members = 40
latency = "2us"
oversubscription = 2
source = "assumed"
[[tier]]
name = "row"
medium = "ethernet"
members = 125
latency = "3us"
oversubscription = 2
source = "assumed"
[[tier]]
name = "top"
medium = "ethernet"
members = 25000
latency = "4us"
source = "assumed"
)";

}  // namespace railgauge::test
