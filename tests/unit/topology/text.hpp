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

}  // namespace railgauge::test
