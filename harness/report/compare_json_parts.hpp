// The parts of a comparison as JSON values, for compare and gate alike.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/compare/comparison.hpp"

namespace railgauge {

[[nodiscard]] nlohmann::ordered_json key_json(const point_key& key);
[[nodiscard]] nlohmann::ordered_json ratio_json(const compared_ratio& ratio);
[[nodiscard]] nlohmann::ordered_json side_json(const result_set& set);
[[nodiscard]] nlohmann::ordered_json provenance_json(
    const std::vector<provenance_difference>& differences);

/// null where it is not a finite number.
[[nodiscard]] nlohmann::ordered_json number_json(double value);

/// As text in ASCII, which no terminal takes for anything else; bytes that are not UTF-8 are
/// replaced.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& value);

}  // namespace railgauge
