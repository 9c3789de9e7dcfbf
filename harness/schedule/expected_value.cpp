#include "harness/schedule/expected_value.hpp"

#include "harness/schedule/modulo.hpp"

namespace railgauge {
namespace {

symbolic_value of_none(const schedule& plan, std::int64_t block) {
    return {.origin = block,
            .from = std::vector<std::uint64_t>(static_cast<std::size_t>(plan.ranks + 63) / 64)};
}

symbolic_value of_one(const schedule& plan, std::int64_t block, std::int64_t rank) {
    symbolic_value value = of_none(plan, block);
    value.from[static_cast<std::size_t>(rank) / 64] |= std::uint64_t{1} << (rank % 64);
    return value;
}

symbolic_value of_all(const schedule& plan, std::int64_t block) {
    symbolic_value value = of_none(plan, block);
    for (std::int64_t rank = 0; rank < plan.ranks; ++rank) {
        value.from[static_cast<std::size_t>(rank) / 64] |= std::uint64_t{1} << (rank % 64);
    }
    return value;
}

}  // namespace

symbolic_value expected_value(const schedule& plan, std::int64_t rank, std::int64_t block) {
    switch (plan.kind) {
        case operation_kind::all_reduce:
        case operation_kind::reduce: return of_all(plan, block);
        case operation_kind::reduce_scatter: return of_all(plan, rank);
        case operation_kind::broadcast: return of_one(plan, block, plan.root);
        case operation_kind::scatter: return of_one(plan, rank, plan.root);
        case operation_kind::all_gather:
        case operation_kind::gather: return of_one(plan, 0, block);
        case operation_kind::all_to_all:
        case operation_kind::all_to_all_v: return of_one(plan, rank, block);
        case operation_kind::send_recv: return of_one(plan, block, wrapped(rank - 1, plan.ranks));
        case operation_kind::ping_pong:
        case operation_kind::bidirectional:
        case operation_kind::send:
        case operation_kind::put:
        case operation_kind::get: return of_one(plan, block, rank ^ 1);
        default: break;  // moves no data, or has no schedule
    }
    return {};
}

}  // namespace railgauge
