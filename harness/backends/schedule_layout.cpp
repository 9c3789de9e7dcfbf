#include "harness/backends/schedule_layout.hpp"

#include <algorithm>

namespace railgauge {

namespace {

/// The blocks of all_to_all_v, each as long as operation_spec.hpp says.
block_layout uneven_blocks(const operation_spec& spec, int ranks) {
    return [spec, ranks](space where, std::int64_t rank, std::int64_t block) -> extent {
        const int own = static_cast<int>(rank);
        const int other = static_cast<int>(block);
        switch (where) {
            case space::input:
                return {.offset = send_offset(spec, own, other, ranks),
                        .count = block_elements(spec, own, other, ranks)};
            case space::output:
                return {.offset = receive_offset(spec, other, own, ranks),
                        .count = block_elements(spec, other, own, ranks)};
            case space::scratch: break;
        }
        const std::uint64_t longest = spec.count * static_cast<std::uint64_t>(ranks);
        return {.offset = longest * static_cast<std::uint64_t>(block), .count = longest};
    };
}

}  // namespace

block_layout layout_of(const operation_spec& spec, const schedule& plan) {
    switch (spec.kind) {
        case operation_kind::all_gather:
        case operation_kind::gather:
        case operation_kind::reduce_scatter:
        case operation_kind::scatter:
        case operation_kind::all_to_all: return equal_blocks(spec.count);
        case operation_kind::all_to_all_v: return uneven_blocks(spec, static_cast<int>(plan.ranks));
        case operation_kind::barrier: return equal_blocks(0);
        default: break;
    }
    const std::uint64_t messages =
        takes_window(spec.kind) ? static_cast<std::uint64_t>(spec.window) : 1;
    return even_blocks(spec.count * messages, std::max<std::int64_t>(1, plan.input_blocks));
}

}  // namespace railgauge
