// The algorithms, by name. Each is one file under schedule/algorithms/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/schedule/schedule.hpp"

namespace railgauge {

struct schedule_request {
    operation_kind kind = operation_kind::all_reduce;
    std::string algorithm{};
    std::int64_t ranks = 1;
    std::int64_t root = 0;
    bool in_place = false;
};

/// Every algorithm name for a kind, whatever the number of ranks.
[[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind);

/// Those that apply to `ranks` ranks; never empty for ranks >= 1.
[[nodiscard]] std::vector<std::string> algorithms_for(operation_kind kind, std::int64_t ranks);

/// Throws usage_error for a name that is not known (with the nearest that is) and
/// capability_error for one that does not apply to this number of ranks (with the reason).
[[nodiscard]] schedule make_schedule(const schedule_request& request);

}  // namespace railgauge
