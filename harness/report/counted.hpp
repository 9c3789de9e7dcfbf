// "1 launch", "2 launches".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace railgauge {

/// The count and the thing, in the plural unless it is one: "0 points", "2 launches", "3 series".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view thing);

}  // namespace railgauge
