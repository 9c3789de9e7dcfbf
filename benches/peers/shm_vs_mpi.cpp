// How fast is the shm backend beside the MPI library's own shared memory? Isolated.
// Limits: railgauge's buffers are in memory that the ranks share, MPI's are private to each rank,
// as their users have them; that is part of the difference.

#include <array>

#include "benches/peers/versus_mpi.hpp"
#include "harness/backends/shm/shm_backend.hpp"

int main(int argc, char** argv) {
    using railgauge::operation_kind;
    return peers::run_peer(argc, argv, [](const peers::rank_context& context) {
        constexpr std::array kinds{operation_kind::all_reduce, operation_kind::broadcast,
                                   operation_kind::all_gather, operation_kind::all_to_all};
        const auto shm = railgauge::make_shm_backend();
        peers::compare_with_mpi(context, *shm, kinds, peers::timing::isolated);
    });
}
