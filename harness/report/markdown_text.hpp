// Text from elsewhere as it may stand in a Markdown table.
#pragma once

#include <string>
#include <string_view>

namespace railgauge {

/// printable(), and then nothing in it is markup, a mention or a link, or ends a cell.
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace railgauge
