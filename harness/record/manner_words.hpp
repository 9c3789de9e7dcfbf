// How a device's library executed, in words for people.
#pragma once

#include <string>
#include <vector>

#include "harness/record/point_record.hpp"

namespace railgauge {

/// "graph", "registration window", "4 streams": what differs from the default, in this order.
[[nodiscard]] std::vector<std::string> manner_words(const point_key& key);

}  // namespace railgauge
