#include "harness/measure/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/base/near_miss.hpp"

namespace railgauge {

std::string unknown_word(std::string_view what, std::string_view word,
                         const std::vector<std::string>& known) {
    std::vector<std::string> distinct = known;
    std::ranges::sort(distinct);
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    return fmt::format("unknown {} '{}'{}; known: {}", what, word, did_you_mean(word, distinct),
                       fmt::join(distinct, ", "));
}

}  // namespace railgauge
