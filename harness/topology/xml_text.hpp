// XML that anyone may have written.
#pragma once

#include <cstdint>
#include <functional>
#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace railgauge {

/// More than any host's description has; deeper is refused before anything walks it.
inline constexpr int most_xml_depth = 200;

/// Parses; throws input_error with line and column for what is no XML, has another root element
/// than `root`, or is nested too deep.
void load_xml(std::string_view text, const std::string& file, const char* root,
              pugi::xml_document& into);

/// Calls `use` for each element below `top`, in their order.
void each_element(const pugi::xml_node& top, const std::function<void(const pugi::xml_node&)>& use);

/// A number from an attribute as "16.0 GT/s PCIe" has it: the leading one; 0 where there is none,
/// or where it is negative or beyond 1e9.
[[nodiscard]] double leading_number(const pugi::xml_attribute& attribute);

}  // namespace railgauge
