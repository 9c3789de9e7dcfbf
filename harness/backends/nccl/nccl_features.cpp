#include "harness/backends/nccl/nccl_features.hpp"

#include <fmt/format.h>

#include <utility>

namespace railgauge::nccl {
namespace {

/// Takes the text up to `end` off the front; all of it where there is none.
std::string_view take_until(std::string_view& text, char end) {
    const std::size_t at = text.find(end);
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return part;
}

}  // namespace

std::string why_missing(std::string_view function, std::string_view since, int version) {
    return fmt::format("{} came with NCCL {}; this is {}", function, since, version_text(version));
}

// The versions are those of NCCL's release notes.
std::vector<feature> features_of(const nccl_library& library) {
    const nccl_calls& has = library.calls;
    std::vector<feature> all;
    const auto add = [&](const char* name, bool there, const char* function, const char* since) {
        all.push_back({name, there, there ? "" : why_missing(function, since, library.version)});
    };
    add("start with a deadline", has.CommInitRankConfig != nullptr, "ncclCommInitRankConfig",
        "2.14");
    add("several roots", has.CommInitRankScalable != nullptr, "ncclCommInitRankScalable", "2.23");
    add("splitting", has.CommSplit != nullptr, "ncclCommSplit", "2.18");
    add("pre-multiplied sums", has.RedOpCreatePreMulSum != nullptr && has.RedOpDestroy != nullptr,
        "ncclRedOpCreatePreMulSum", "2.11");
    add("registered memory", has.MemAlloc != nullptr && has.MemFree != nullptr, "ncclMemAlloc",
        "2.19");
    add("buffer registration", has.CommRegister != nullptr && has.CommDeregister != nullptr,
        "ncclCommRegister", "2.19");
    add("window registration",
        has.CommWindowRegister != nullptr && has.CommWindowDeregister != nullptr,
        "ncclCommWindowRegister", "2.27");
    add("all_to_all as a call",
        has.AlltoAll != nullptr && has.Gather != nullptr && has.Scatter != nullptr, "ncclAlltoAll",
        "2.28");
    add("time estimates", has.GroupSimulateEnd != nullptr, "ncclGroupSimulateEnd", "2.22");
    return all;
}

std::string text_of(const std::vector<feature>& features) {
    std::string text;
    for (const feature& each : features) text += each.name + '\t' + each.reason + '\n';
    return text;
}

std::vector<feature> features_from(std::string_view text) {
    std::vector<feature> all;
    while (!text.empty()) {
        std::string_view line = take_until(text, '\n');
        if (line.find('\t') == std::string_view::npos) return {};
        std::string name(take_until(line, '\t'));
        all.push_back({std::move(name), line.empty(), std::string(line)});
    }
    return all;
}

}  // namespace railgauge::nccl
