// One pair matrix as text.
#pragma once

#include <map>
#include <span>
#include <string>

#include "harness/report/pair_matrix.hpp"
#include "harness/report/slow_pairs.hpp"

namespace railgauge {

/// `cells` between ranks, whose hosts are in `hosts`; in GB/s, or one over microseconds where
/// `is_time`. Lines end in a newline.
[[nodiscard]] std::string matrix_text(const std::string& title, bool is_time,
                                      std::span<const pair_value> cells,
                                      const std::map<int, std::string>& hosts,
                                      const matrix_options& options);

}  // namespace railgauge
