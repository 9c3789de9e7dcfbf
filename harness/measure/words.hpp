// Messages about words that are not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// "unknown backend 'shn'; did you mean 'shm'? Known: shm, mpi".
[[nodiscard]] std::string unknown_word(std::string_view what, std::string_view word,
                                       const std::vector<std::string>& known);

}  // namespace railgauge
