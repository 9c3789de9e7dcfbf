#include "harness/compare/definition.hpp"

#include <string_view>
#include <utility>

namespace railgauge {

packed_key without_definition(packed_key key) {
    for (const key_word which :
         {key_word::timing, key_word::start, key_word::memory, key_word::registration,
          key_word::host_memory, key_word::algorithm}) {
        key.words[static_cast<std::size_t>(which)] = 0;
    }
    key.window = 1;
    key.streams = 1;
    key.ranks_per_device = 0;
    key.host_numa = -1;
    key.load_processors = 0;
    key.gpus_per_rank = 1;
    key.in_place = key.graph = key.bandwidth_alone = false;
    return key;
}

std::string definition_difference(const packed_key& a, const packed_key& b,
                                  const point_table& table) {
    const auto either = [](std::string_view name, const std::string& x, const std::string& y) {
        return std::string(name) + ": " + x + ", " + y;
    };
    const std::pair<key_word, std::string_view> words[] = {{key_word::timing, "timing"},
                                                           {key_word::start, "start"},
                                                           {key_word::memory, "memory"},
                                                           {key_word::registration, "registration"},
                                                           {key_word::host_memory, "host memory"}};
    for (const auto& [which, name] : words) {
        const std::string& x = table.word(a, which);
        const std::string& y = table.word(b, which);
        if (x != y) return either(name, x.empty() ? "not said" : x, y.empty() ? "not said" : y);
    }
    const auto counts = [&](std::string_view name, std::int32_t x, std::int32_t y) {
        return either(name, std::to_string(x), std::to_string(y));
    };
    if (a.ranks_per_device != b.ranks_per_device) {
        return counts("ranks a device", a.ranks_per_device, b.ranks_per_device);
    }
    if (a.window != b.window) return counts("window", a.window, b.window);
    if (a.streams != b.streams) return counts("streams", a.streams, b.streams);
    if (a.host_numa != b.host_numa) return counts("host NUMA node", a.host_numa, b.host_numa);
    if (a.load_processors != b.load_processors) {
        return counts("multiprocessors under load", a.load_processors, b.load_processors);
    }
    if (a.gpus_per_rank != b.gpus_per_rank) {
        return counts("GPUs a process", a.gpus_per_rank, b.gpus_per_rank);
    }
    if (a.in_place != b.in_place)
        return either("in place", a.in_place ? "yes" : "no", b.in_place ? "yes" : "no");
    if (a.graph != b.graph) return either("graph", a.graph ? "yes" : "no", b.graph ? "yes" : "no");
    if (a.bandwidth_alone != b.bandwidth_alone) {
        return either("figure", a.bandwidth_alone ? "a bandwidth alone" : "a time",
                      b.bandwidth_alone ? "a bandwidth alone" : "a time");
    }
    return "algorithm: several on one side";
}

}  // namespace railgauge
