// The families of measurements, one file each.
#pragma once

#include <memory>

#include "harness/measure/bench.hpp"

namespace railgauge {

[[nodiscard]] std::unique_ptr<bench> make_collectives_bench();
[[nodiscard]] std::unique_ptr<bench> make_point_to_point_bench();
[[nodiscard]] std::unique_ptr<bench> make_pairs_bench();
[[nodiscard]] std::unique_ptr<bench> make_device_copies_bench();

/// All of them.
[[nodiscard]] bench_list make_benches();

}  // namespace railgauge
