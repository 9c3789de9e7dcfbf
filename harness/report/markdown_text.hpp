// Text as it may stand in Markdown.
#pragma once

#include <string>
#include <string_view>

namespace railgauge {

/// Punctuation that could make markup, a link, a mention or the end of a cell is escaped; '<' and
/// '&' as HTML is, because Markdown holds HTML. First printable().
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace railgauge
