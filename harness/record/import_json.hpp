// What readers of other tools' JSON share: the whole document, with limits and places.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/record/import_builder.hpp"

namespace railgauge {

/// The document in `text` (what stands before the first brace, such as a tool's own words, is
/// passed over; what follows the document as well). import_builder::fail with line and column where
/// it is not JSON, is cut, or nests deeper than 32.
[[nodiscard]] nlohmann::ordered_json parse_import_json(std::string_view text,
                                                       const import_builder& into);

/// A member's value; nullptr where it is missing, null, or `object` is no object.
[[nodiscard]] const nlohmann::ordered_json* member(const nlohmann::ordered_json& object,
                                                   const char* name);
/// "" where it is missing or no text.
[[nodiscard]] std::string text_member(const nlohmann::ordered_json& object, const char* name);
/// A finite number that is not negative, or a text that is one.
[[nodiscard]] std::optional<double> figure_member(const nlohmann::ordered_json& object,
                                                  const char* name);
[[nodiscard]] std::optional<std::uint64_t> count_member(const nlohmann::ordered_json& object,
                                                        const char* name);

}  // namespace railgauge
