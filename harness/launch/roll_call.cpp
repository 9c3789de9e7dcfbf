#include "harness/launch/roll_call.hpp"

#include <charconv>
#include <cstdlib>

#include "harness/launch/host_identity.hpp"

namespace railgauge {

std::string roll_call_text(const std::string& address, const job_secret& secret) {
    return address + " " + secret.text();
}

std::unique_ptr<roll_call> roll_call::answer(int rank, int size) {
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
    auto line = std::make_unique<tcp_guest>(std::move(how), host, port);
    (void)line->consult({}, {});
    return std::unique_ptr<roll_call>(new roll_call(std::move(line)));
}

void roll_call::met() {
    (void)line_->consult({}, {});
}

}  // namespace railgauge
