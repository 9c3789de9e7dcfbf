#include "harness/record/key_text.hpp"

#include <fmt/format.h>

namespace railgauge {

std::string text_of(const point_key& key) {
    std::string text = fmt::format("{} {} {} {} {} {} {} {} {} {}", key.bytes, key.ranks, key.root,
                                   key.in_place, key.window, key.graph, key.streams, key.host_numa,
                                   key.load_processors, key.gpus_per_rank);
    // With its length before it, no word can pass for the end of one and the beginning of the next.
    for (const std::string* word :
         {&key.op, &key.backend, &key.algorithm, &key.dtype, &key.redop, &key.group, &key.timing,
          &key.memory, &key.registration, &key.host_memory}) {
        text += ' ' + std::to_string(word->size()) + ':' + *word;
    }
    return text;
}

}  // namespace railgauge
