#include "harness/record/manner_words.hpp"

namespace railgauge {

std::vector<std::string> manner_words(const point_key& key) {
    std::vector<std::string> words;
    if (key.graph) words.emplace_back("graph");
    if (key.registration != "none") words.push_back("registration " + key.registration);
    if (key.streams != 1) words.push_back(std::to_string(key.streams) + " streams");
    if (key.host_memory != "pinned") words.push_back("host memory " + key.host_memory);
    if (key.host_numa >= 0) words.push_back("NUMA node " + std::to_string(key.host_numa));
    if (key.load_processors != 0) {
        words.push_back("load on " + std::to_string(key.load_processors) + " multiprocessors");
    }
    if (key.gpus_per_rank != 1) {
        words.push_back(std::to_string(key.gpus_per_rank) + " GPUs a rank");
    }
    return words;
}

}  // namespace railgauge
