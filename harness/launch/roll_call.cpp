#include "harness/launch/roll_call.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

#include "harness/launch/host_identity.hpp"

namespace railgauge {

namespace {

constexpr const char* caller_left =
    "the railgauge that had this rank started left, or does not answer any more";

}  // namespace

std::string roll_call_text(const std::string& address, const job_secret& secret) {
    return address + " " + secret.text();
}

std::unique_ptr<roll_call> roll_call::answer(int rank, int size, std::chrono::nanoseconds limit) {
    const char* variable = std::getenv(roll_call_variable);
    if (variable == nullptr) {
        return nullptr;
    }
    const std::string text = variable;
    const std::size_t space = text.find(' ');
    const std::size_t colon = text.rfind(':', space);
    std::uint16_t port = 0;
    const char* end = text.data() + std::min(space, text.size());
    if (space == std::string::npos || colon == std::string::npos ||
        std::from_chars(text.data() + colon + 1, end, port).ptr != end) {
        throw usage_error(std::string(roll_call_variable) +
                          " is set by railgauge itself (--hosts): unset it");
    }
    std::string host = text.substr(0, colon);
    if (host.starts_with('[')) {
        host = host.substr(1, host.size() - 2);
    }
    tcp_meeting how;
    // The caller is no rank: it takes the place of rank 0, and the ranks count from 1.
    how.rank = rank + 1;
    how.size = size + 1;
    how.host_name = host_identity::here().name;
    how.secret = job_secret::from_text(text.substr(space + 1));
    how.limit = limit;
    const std::string my_host = how.host_name;
    try {
        auto line = std::make_unique<tcp_guest>(std::move(how), host, port);
        (void)line->consult({}, {});
        return std::unique_ptr<roll_call>(new roll_call(std::move(line)));
    } catch (const unreachable_error&) {
        throw deadline_error(
            fmt::format("rank {} on {} could not reach the railgauge that had it started, at {}: "
                        "see whether a firewall stands between, or name another network with "
                        "--management",
                        rank, my_host, text.substr(0, space)));
    } catch (const deadline_error&) {
        throw deadline_error(caller_left);
    }
}

void roll_call::met() {
    try {
        (void)line_->consult({}, {});
    } catch (const deadline_error&) {
        throw deadline_error(caller_left);
    }
}

}  // namespace railgauge
