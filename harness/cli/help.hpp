// The help: sections of docs/cli.md, which is compiled in.
#pragma once

#include <string>
#include <string_view>

namespace railgauge {

/// docs/cli.md, whole.
[[nodiscard]] std::string_view help_document() noexcept;

/// The text for a terminal of the section "## railgauge VERB" of `document`; for an empty verb,
/// everything before the first such section. Headings lose their hashes, words their backticks and
/// asterisks; code fences vanish and their content is indented. Empty where there is no such
/// section.
[[nodiscard]] std::string help_text(std::string_view document, std::string_view verb);

}  // namespace railgauge
