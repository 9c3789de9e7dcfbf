// Do railgauge's numbers hold? The same MPI call, on the same buffers, timed by railgauge and by a
// plain loop that knows nothing of it (plain_mpi.cpp), batch by batch in turn.
//
// first: railgauge's median; second: the plain loop's. float32, all ranks of the launch.
// Limits: both use the same clock instruction and the same definition of a sample (from the common
// start to the last rank's end), so an error in the definition itself would not show here.

#include <array>
#include <stdexcept>
#include <vector>

#include "benches/peers/compare_sides.hpp"
#include "benches/peers/peer_rank.hpp"
#include "benches/peers/plain_mpi.hpp"
#include "harness/backends/mpi/mpi_backend.hpp"

namespace peers {
namespace {

using railgauge::operation_kind;

class plain_side final : public side {
public:
    plain_side(plain_operation what, const railgauge::operation_spec& spec,
               prepared_operation& buffers)
        : what_(what),
          count_(static_cast<int>(spec.count)),
          input_(reinterpret_cast<const float*>(buffers.input->data())),
          output_(reinterpret_cast<float*>(buffers.output->data())) {}

    std::span<const double> run(const railgauge::batch_order& order) override {
        mine_.resize(order.samples);
        longest_.assign(order.samples, plain_late);
        const plain_batch batch{.start_ticks = order.start_ticks,
                                .period_ticks = order.period_ticks,
                                .samples = static_cast<int>(order.samples),
                                .operations = static_cast<int>(order.operations)};
        if (!plain_run(what_, batch, input_, output_, count_, mine_.data(), longest_.data())) {
            throw std::runtime_error("the plain loop's MPI call failed");
        }
        kept_.clear();
        for (const double value : longest_) {
            if (value < plain_late) kept_.push_back(value / order.operations);
        }
        return kept_;
    }

private:
    plain_operation what_;
    int count_;
    const float* input_;
    float* output_;
    std::vector<double> mine_;
    std::vector<double> longest_;
    std::vector<double> kept_;
};

plain_clock clock_of(const railgauge::clock_calibration& clock) {
    if (!clock.counter) return plain_clock::monotonic;
#if defined(__aarch64__)
    return plain_clock::arm_counter;
#else
    return plain_clock::x86_counter;
#endif
}

struct subject {
    operation_kind kind;
    plain_operation plain;
};
constexpr std::array subjects{
    subject{operation_kind::all_reduce, plain_operation::all_reduce},
    subject{operation_kind::broadcast, plain_operation::broadcast},
    subject{operation_kind::all_to_all, plain_operation::all_to_all},
};
constexpr std::array<std::uint64_t, 12> sizes{8,         32,        128,       512,
                                              1U << 10U, 1U << 12U, 1U << 14U, 1U << 16U,
                                              1U << 18U, 1U << 20U, 1U << 22U, 1U << 24U};

void compare(const rank_context& context) {
    plain_begin(clock_of(context.clock));
    railgauge::mpi_backend backend(context.module_path);
    const auto carrier = backend.make_communicator(context.group);
    for (const subject& each : subjects) {
        for (const std::uint64_t bytes : sizes) {
            if (bytes > context.most_bytes) continue;
            railgauge::operation_spec spec{.kind = each.kind, .algorithm = {}};
            spec.count = count_for(each.kind, spec.type, bytes, context.group.size());
            prepared_operation prepared = prepare(context.group, *carrier, spec);
            harness_side ours(context.group, *prepared.what);
            plain_side plain(each.plain, spec, prepared);
            for (const timing which : {timing::isolated, timing::streamed}) {
                const comparison result = compare_sides(context.group, context.clock, ours, plain,
                                                        which, context.budget_s);
                if (context.group.rank() == 0) {
                    print_comparison(std::string(name_of(each.kind)), which, bytes, result);
                }
            }
        }
    }
}

}  // namespace
}  // namespace peers

int main(int argc, char** argv) {
    return peers::run_peer(argc, argv, peers::compare);
}
