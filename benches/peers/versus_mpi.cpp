#include "benches/peers/versus_mpi.hpp"

#include <array>

#include "harness/backends/mpi/mpi_backend.hpp"

namespace peers {
namespace {

using railgauge::operation_kind;

constexpr std::array<std::uint64_t, 6> sizes{8, 512, 1U << 12U, 1U << 16U, 1U << 20U, 1U << 24U};

}  // namespace

void compare_with_mpi(const rank_context& context, railgauge::backend& ours,
                      std::span<const operation_kind> kinds, timing which) {
    railgauge::mpi_backend mpi(context.module_path);
    const auto by_mpi = mpi.make_communicator(context.group);
    const auto by_us = ours.make_communicator(context.group);
    for (const operation_kind kind : kinds) {
        for (const std::uint64_t bytes : sizes) {
            if (bytes > context.most_bytes) continue;
            railgauge::operation_spec spec{.kind = kind, .algorithm = {}};
            // MPI_Bcast has one buffer, so ours gets one too: no copy at the root on either side.
            spec.in_place = kind == operation_kind::broadcast;
            spec.count = count_for(kind, spec.type, bytes, context.group.size());
            const prepared_operation theirs = prepare(context.group, *by_mpi, spec);
            const prepared_operation own = prepare(context.group, *by_us, spec);
            harness_side first(context.group, *theirs.what);
            harness_side second(context.group, *own.what);
            const comparison result =
                compare_sides(context.group, context.clock, first, second, which, context.budget_s);
            if (context.group.rank() == 0) {
                print_comparison(std::string(name_of(kind)), which, bytes, result);
            }
        }
    }
}

}  // namespace peers
