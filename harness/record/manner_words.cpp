#include "harness/record/manner_words.hpp"

namespace railgauge {

std::vector<std::string> manner_words(const point_key& key) {
    std::vector<std::string> words;
    if (key.graph) words.emplace_back("graph");
    if (key.registration != "none") words.push_back("registration " + key.registration);
    if (key.streams != 1) words.push_back(std::to_string(key.streams) + " streams");
    return words;
}

}  // namespace railgauge
