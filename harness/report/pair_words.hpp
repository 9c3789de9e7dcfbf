// What stands out among the pairs of a run, found and said in words.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/report/slow_pairs.hpp"

namespace railgauge {

/// "0.117 GB/s", or of one over microseconds "8.01 us".
[[nodiscard]] std::string show_value(double value, bool is_time);

struct pair_words {
    std::vector<std::string> lines;            ///< at least one
    std::set<std::pair<int, int>> slow_cells;  ///< from rank, to rank
};

/// Pairs within hosts and between them are judged each for themselves. Findings that hold for all
/// ranks of a host are told of the host.
[[nodiscard]] pair_words describe_pairs(std::span<const pair_value> cells,
                                        const std::map<int, std::string>& hosts, bool is_time);

}  // namespace railgauge
