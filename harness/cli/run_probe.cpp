// The host's probe around each launch, on its way into the record.

#include <fmt/format.h>

#include <charconv>

#include "harness/cli/run_parent.hpp"
#include "harness/machine/probe.hpp"

namespace railgauge {

probe_figures take_probe() {
    return figures(probe_host());
}

std::string to_text(const probe_figures& figures) {
    std::string text;
    for (const auto& [name, value] : figures) {
        text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, value);
    }
    return text;
}

probe_figures probe_from_text(const std::string& text) {
    probe_figures figures;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::size_t equals = text.find('=', begin);
        double value = 0;
        if (equals < end &&
            std::from_chars(text.data() + equals + 1, text.data() + end, value).ec == std::errc()) {
            figures.emplace_back(text.substr(begin, equals - begin), value);
        }
        begin = end + 1;
    }
    return figures;
}

}  // namespace railgauge
