// A point's key as text, where keys are looked up.
#pragma once

#include <string>

#include "harness/record/point_record.hpp"

namespace railgauge {

/// The same for equal keys only.
[[nodiscard]] std::string text_of(const point_key& key);

}  // namespace railgauge
