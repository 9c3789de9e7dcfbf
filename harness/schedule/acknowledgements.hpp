// Which ranks must still be heard of before a rank may leave an operation.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/schedule/schedule.hpp"

namespace railgauge {

/// A receiver reads the sender's memory, so the sender may not leave before it knows of the read. A
/// later message from the receiver (of a later round or iteration) says so by itself; what remains
/// needs an acknowledgement. Rank s awaits one from d exactly where d gives one to s.
struct acknowledgements {
    std::vector<std::int64_t> awaited;  ///< ranks that have to tell this one, ascending
    std::vector<std::int64_t> given;    ///< ranks that this one has to tell, ascending
};

/// At the end of the operation, for messages without `put` whose round moves blocks.
/// O(messages of this rank + ranks).
[[nodiscard]] acknowledgements acknowledgements_of(const schedule& plan, std::int64_t rank);

}  // namespace railgauge
