#include "benches/peers/find_ucx.hpp"

#include "harness/backends/registry.hpp"
#include "harness/base/error.hpp"

namespace peers {

std::unique_ptr<railgauge::backend> find_ucx() {
    for (auto& each : railgauge::make_backends()) {
        if (each->name() != "ucx") continue;
        const railgauge::availability found = each->available();
        if (!found.available) throw railgauge::capability_error("ucx: " + found.reason);
        return std::move(each);
    }
    throw railgauge::capability_error(
        "this build has no backend ucx; install UCX's headers (libucx-dev) and build again");
}

}  // namespace peers
