// What railgauge writes before a table in the text of nccl-tests, read back.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/record/point_record.hpp"

namespace railgauge {

struct own_subject {
    point_key key;  ///< but for what stands in the rows: type, reduction, size, root, in place
    std::optional<group_place> place;
    std::int32_t launch = 0;
};

/// "# all_reduce shm 2 ranks group intra-host:a, window 4 launch 0 round 3 isolated"; nothing for
/// any other line.
[[nodiscard]] std::optional<own_subject> parse_own_subject(std::string_view line);

}  // namespace railgauge
