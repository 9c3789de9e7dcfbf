// Slurm's lists of nodes, "n[1-4,07],login".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// The names in order; several brackets in a name and leading zeros ("n[01-10]x[0,2]") included.
/// Throws usage_error for what is no such list, or one of more than `most` names.
[[nodiscard]] std::vector<std::string> expand_node_list(std::string_view list,
                                                        std::size_t most = 1'000'000);

}  // namespace railgauge
