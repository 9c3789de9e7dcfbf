#include "harness/backends/default_manner.hpp"

#include <string>

namespace railgauge {

capability default_manner_only(const operation_spec& spec, std::string_view backend) {
    const device_manner& asked = spec.manner;
    std::string what;
    if (asked.graph) {
        what = "CUDA graphs (--graph off)";
    } else if (asked.registration != registration_kind::none) {
        what = "choice of registration (--registration none)";
    } else if (asked.streams != 1) {
        what = "streams (--streams 1)";
    }
    if (what.empty()) return {};
    return {.supported = false, .reason = std::string(backend) + " has no " + what};
}

}  // namespace railgauge
