// Messages about words that are not known.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

/// "unknown backend 'shn'; did you mean 'shm'? Known: shm, mpi".
[[nodiscard]] std::string unknown_word(std::string_view what, std::string_view word,
                                       const std::vector<std::string>& known);

/// The values in their order, each once: what is asked for twice is measured once.
template <typename Value>
[[nodiscard]] std::vector<Value> without_repeats(const std::vector<Value>& values) {
    std::vector<Value> result;
    for (const auto& value : values) {
        if (std::ranges::find(result, value) == result.end()) result.push_back(value);
    }
    return result;
}

}  // namespace railgauge
