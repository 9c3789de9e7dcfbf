#include "harness/backends/ucx/transports.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "harness/backends/ucx/ucp_library.hpp"

namespace railgauge::ucx {
namespace {

std::string_view first_word(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::size_t end = text.find_first_of(" \t\r", begin);
    return text.substr(begin, end == std::string_view::npos ? end : end - begin);
}

void add_once(std::vector<std::string>& names, std::string_view name) {
    if (name.find('/') != std::string_view::npos && std::ranges::find(names, name) == names.end()) {
        names.emplace_back(name);
    }
}

template <typename Visit>
void for_each_line(std::string_view text, Visit&& visit) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

/// What `print` writes into a FILE.
template <typename Print>
std::string printed(Print&& print) {
    char* text = nullptr;
    std::size_t length = 0;
    FILE* const stream = ::open_memstream(&text, &length);
    if (stream == nullptr) {
        return {};
    }
    print(stream);
    std::fclose(stream);
    std::string result(text, length);
    std::free(text);
    return result;
}

}  // namespace

std::vector<std::string> resources_in(std::string_view text) {
    std::vector<std::string> names;
    for_each_line(text, [&names](std::string_view line) {
        const std::size_t at = line.find(" -- ");
        if (line.find("resource") != std::string_view::npos && at != std::string_view::npos) {
            add_once(names, first_word(line.substr(at + 4)));
        }
    });
    return names;
}

std::vector<std::string> lanes_in(std::string_view text) {
    std::vector<std::string> names;
    for_each_line(text, [&names](std::string_view line) {
        const std::size_t lane = line.find("lane[");
        const std::size_t end = line.find("]:", lane == std::string_view::npos ? 0 : lane);
        if (lane == std::string_view::npos || end == std::string_view::npos) {
            return;
        }
        std::string_view name = first_word(line.substr(end + 2));  // "3:posix/memory.0"
        name.remove_prefix(std::min(name.find(':') + 1, name.size()));
        const std::size_t path = name.rfind('.');
        if (path != std::string_view::npos) {
            name = name.substr(0, path);
        }
        // Behind the target's device stands what the lane is for.
        const std::size_t arrow = line.find("->");
        const std::string_view rest = arrow == std::string_view::npos ? line : line.substr(arrow);
        const std::string_view uses = rest.substr(std::min(rest.find(' ', 3), rest.size()));
        const bool carries = uses.find("am") != std::string_view::npos ||
                             uses.find("rma") != std::string_view::npos ||
                             uses.find("tag") != std::string_view::npos ||
                             uses.find("rkey_ptr") != std::string_view::npos ||
                             first_word(uses).empty();
        if (carries) {
            add_once(names, name);
        }
    });
    return names;
}

std::vector<std::string> resources_of(ucp_context_h context) {
    return resources_in(
        printed([context](FILE* stream) { ucp().context_print_info(context, stream); }));
}

std::vector<std::string> lanes_of(ucp_ep_h peer) {
    return lanes_in(printed([peer](FILE* stream) { ucp().ep_print_info(peer, stream); }));
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : " ") + name;
    }
    return text;
}

}  // namespace railgauge::ucx
