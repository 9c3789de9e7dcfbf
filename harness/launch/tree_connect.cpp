#include "harness/launch/tree_connect.hpp"

#include <fmt/format.h>

#include <vector>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

constexpr const char* what_to_check =
    "check that all ranks were started, that this address is reachable from here on the "
    "management network (a firewall, a wrong interface), and what that host says";

/// False where the other side closed the connection in the middle.
bool shake_hands(handshake& shake, tcp_stream& stream, tcp_stream::time_point until,
                 const tcp_stream::hook& while_waiting) {
    std::vector<std::byte> input;
    while (true) {
        const std::vector<std::byte> output = shake.give();
        try {
            stream.write(output, while_waiting, until);
            if (shake.wants() == 0) {
                return true;
            }
            input.resize(shake.wants());
            stream.read(input, while_waiting, until);
        } catch (const connection_error&) {
            if (std::chrono::steady_clock::now() < until) {
                return false;
            }
            throw;
        }
        shake.take(input);
    }
}

}  // namespace

proven_link connect_to_host(const std::string& address, int parent, const hello& mine,
                            const job_secret& secret, tcp_stream::time_point until,
                            const tcp_stream::hook& while_waiting) {
    const std::string who = fmt::format("host {} (rank {}) cannot join host {} of the job at {}",
                                        mine.host_name, mine.rank, parent, address);
    handshake shake(handshake::side::connecting, secret, mine);
    tcp_stream stream;
    try {
        stream = tcp_stream::connect(address, until, while_waiting);
        if (!shake_hands(shake, stream, until, while_waiting)) {
            throw capability_error(fmt::format(
                "{}: it closed the connection during the handshake; it does not know this job's "
                "secret, or it has left",
                who));
        }
    } catch (const connection_error& failure) {
        throw deadline_error(fmt::format("{}: {}; {}", who, failure.what(), what_to_check));
    }
    if (!shake.proven()) {
        throw capability_error(fmt::format("{}: {}", who, shake.refusal()));
    }
    if (std::string conflict = version_conflict(mine, shake.peer()); !conflict.empty()) {
        throw capability_error(conflict);
    }
    if (shake.peer().host != parent) {
        throw capability_error(fmt::format(
            "{}: host {} is there; the ranks were told wrong addresses", who, shake.peer().host));
    }
    return {shake.peer(), std::move(stream)};
}

}  // namespace railgauge
