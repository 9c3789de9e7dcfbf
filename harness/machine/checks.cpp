#include "harness/machine/checks.hpp"

#include "harness/machine/check_list.hpp"

namespace railgauge {

std::string_view name_of(check_status status) noexcept {
    switch (status) {
        case check_status::ok: return "ok";
        case check_status::warning: return "warning";
        case check_status::problem: return "problem";
        case check_status::unknown: return "unknown";
    }
    return "unknown";
}

std::vector<check> check_host(const process_facts& facts, int ranks,
                              const std::filesystem::path& root) {
    std::vector<check> found;
    check_processor(facts, ranks, root, found);
    check_memory(facts, root, found);
    check_devices(root, found);
    return found;
}

}  // namespace railgauge
