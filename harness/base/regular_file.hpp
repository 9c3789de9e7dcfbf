// Files that are read whole: a pipe or a device may never end, or never begin.
#pragma once

#include <string>
#include <string_view>

namespace railgauge {

/// Throws usage_error where there is something at `path` that is no regular file, system_error for
/// a directory; nothing where nothing is there, which opening it says better.
void require_regular_file(const std::string& path, std::string_view advice);

}  // namespace railgauge
