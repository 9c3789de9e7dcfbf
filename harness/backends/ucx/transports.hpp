// Which transports and devices UCX has and uses, read from what the library prints of itself: up to
// 1.13 it has no other way to ask.
#pragma once

#include <ucp/api/ucp.h>

#include <string>
#include <string_view>
#include <vector>

namespace railgauge::ucx {

/// The words "transport/device" in `text` as ucp_context_print_info ("resource 0 : md 0 dev 0 flags
/// -- tcp/lo") and ucp_ep_print_info ("lane[0]: 0:tcp/lo.0 md[0] -> ...") write them, without path
/// numbers, each once, in order. Lanes that serve the making of the connection only are left out.
[[nodiscard]] std::vector<std::string> resources_in(std::string_view text);
[[nodiscard]] std::vector<std::string> lanes_in(std::string_view text);

/// What `context` may use; what carries data to `peer`.
[[nodiscard]] std::vector<std::string> resources_of(ucp_context_h context);
[[nodiscard]] std::vector<std::string> lanes_of(ucp_ep_h peer);

/// With a space between.
[[nodiscard]] std::string joined(const std::vector<std::string>& names);

}  // namespace railgauge::ucx
