// The child's side of a connection between two hosts' leaders.
#pragma once

#include <string>

#include "harness/launch/handshake.hpp"
#include "harness/launch/job_secret.hpp"
#include "harness/launch/tree_intake.hpp"

namespace railgauge {

/// Connects to the listener at `address`, which must be `parent`'s (an index of the hosts), and
/// proves itself; `mine` says what for. Throws deadline_error where nobody answers until `until`,
/// capability_error where the other side does not know the secret or is another version; the text
/// names both hosts, the address, and what to check. `while_waiting` as in tcp_stream.
[[nodiscard]] proven_link connect_to_host(const std::string& address, int parent, const hello& mine,
                                          const job_secret& secret, tcp_stream::time_point until,
                                          const tcp_stream::hook& while_waiting);

}  // namespace railgauge
