// How fast are the collectives over ucx beside an MPI library that uses the same UCX transports?
// Two UCX contexts in each process, one of railgauge and one of MPI's; only the side whose turn it
// is makes progress, and none leaves anything under way. PEERS_TIMING=streamed times executions
// back to back instead of isolated ones.
// Limits: railgauge's buffers are registered with UCX when they are made, MPI's are plain memory as
// its users have it; that is part of the difference. Over shared memory ours puts short data into
// mailboxes (protocol `put`) where that is faster; MPI sends messages. What is compared there is an
// algorithm over the same transports, not the cost of the same messages.

#include <array>
#include <cstdlib>
#include <string_view>

#include "benches/peers/find_ucx.hpp"
#include "benches/peers/versus_mpi.hpp"

int main(int argc, char** argv) {
    using railgauge::operation_kind;
    return peers::run_peer(argc, argv, [](const peers::rank_context& context) {
        constexpr std::array kinds{operation_kind::all_reduce, operation_kind::broadcast,
                                   operation_kind::all_gather, operation_kind::all_to_all,
                                   operation_kind::reduce_scatter};
        const char* asked = std::getenv("PEERS_TIMING");
        const bool streamed = asked != nullptr && std::string_view(asked) == "streamed";
        const auto ucx = peers::find_ucx();
        peers::compare_with_mpi(context, *ucx, kinds,
                                streamed ? peers::timing::streamed : peers::timing::isolated);
    });
}
