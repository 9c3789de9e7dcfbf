// How fast is the shm backend beside the MPI library's own shared memory? The same operation on the
// same ranks, float32, isolated, batch by batch in turn.
//
// first: MPI's median; second: shm's, so that a ratio above 1 says how many times as fast shm is.
// Limits: railgauge's buffers are in memory that the ranks share, MPI's are private to each rank,
// as their users have them; that is part of the difference.

#include <array>

#include "benches/peers/compare_sides.hpp"
#include "benches/peers/peer_rank.hpp"
#include "harness/backends/mpi/mpi_backend.hpp"
#include "harness/backends/shm/shm_backend.hpp"

namespace peers {
namespace {

using railgauge::operation_kind;

constexpr std::array kinds{operation_kind::all_reduce, operation_kind::broadcast,
                           operation_kind::all_gather, operation_kind::all_to_all};
constexpr std::array<std::uint64_t, 6> sizes{8, 512, 1U << 12U, 1U << 16U, 1U << 20U, 1U << 24U};

void compare(const rank_context& context) {
    railgauge::mpi_backend mpi(context.module_path);
    const auto shm = railgauge::make_shm_backend();
    const auto theirs = mpi.make_communicator(context.group);
    const auto ours = shm->make_communicator(context.group);
    for (const operation_kind kind : kinds) {
        for (const std::uint64_t bytes : sizes) {
            if (bytes > context.most_bytes) continue;
            railgauge::operation_spec spec{.kind = kind, .algorithm = {}};
            // MPI_Bcast has one buffer, so ours gets one too: no copy at the root on either side.
            spec.in_place = kind == operation_kind::broadcast;
            spec.count = count_for(kind, spec.type, bytes, context.group.size());
            const prepared_operation by_mpi = prepare(context.group, *theirs, spec);
            const prepared_operation by_shm = prepare(context.group, *ours, spec);
            harness_side first(context.group, *by_mpi.what);
            harness_side second(context.group, *by_shm.what);
            const comparison result = compare_sides(context.group, context.clock, first, second,
                                                    timing::isolated, context.budget_s);
            if (context.group.rank() == 0) {
                print_comparison(std::string(name_of(kind)), timing::isolated, bytes, result);
            }
        }
    }
}

}  // namespace
}  // namespace peers

int main(int argc, char** argv) {
    return peers::run_peer(argc, argv, peers::compare);
}
