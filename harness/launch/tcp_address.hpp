// The two ends of a TCP connection, in words.
#pragma once

#include <string>
#include <string_view>

namespace railgauge {

struct host_and_port {
    std::string host;  ///< a name, or an address without brackets
    std::string port;
};

/// Of "10.0.0.2:4711", "[fd00::2]:4711", "node7:4711". Throws usage_error for anything else.
[[nodiscard]] host_and_port parse_address(std::string_view text);

/// "10.0.0.2:4711" or "[fd00::2]:4711" of a socket's own end and of the other one; "?" where it has
/// none.
[[nodiscard]] std::string own_address(int socket);
[[nodiscard]] std::string peer_address(int socket);

}  // namespace railgauge
