#include "benches/peers/peer_rank.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "harness/base/error.hpp"
#include "harness/launch/mpi_meeting.hpp"
#include "harness/launch/mpi_modules.hpp"
#include "harness/launch/placement.hpp"
#include "harness/measure/clock_sync.hpp"

namespace peers {
namespace {

int run(int argc, char** argv, const std::function<void(const rank_context&)>& body) {
    using namespace railgauge;
    const std::string module_path = argv[1];
    mpi_library& mpi = open_mpi_module({.flavour = "custom", .path = module_path});
    verdict_actions actions;
    actions.tell = [](const verdict& found) { std::fprintf(stderr, "%s\n", found.text.c_str()); };
    actions.leave = [](exit_status status) { std::_Exit(static_cast<int>(status)); };
    const auto as_rank = [&](world& group) {
        group.set_deadline(std::chrono::seconds(60));
        (void)place_ranks(group, true);
        const clock_calibration clock = agree_on_clock(group);
        rank_context context{.group = group, .clock = clock, .module_path = module_path};
        if (argc > 2) context.budget_s = std::strtod(argv[2], nullptr);
        if (argc > 3) context.most_bytes = std::strtoull(argv[3], nullptr, 10);
        body(context);
        return exit_status::fine;
    };
    const mpi_rank_result result = run_mpi_rank(mpi, mpi_meeting_options{}, actions, as_rank);
    if (!result.failure.empty()) std::fprintf(stderr, "%s\n", result.failure.c_str());
    std::fflush(nullptr);
    if (!result.finalised) std::_Exit(static_cast<int>(result.status));
    return static_cast<int>(result.status);
}

}  // namespace

int run_peer(int argc, char** argv, const std::function<void(const rank_context&)>& body) {
    if (argc < 2) {
        std::fprintf(stderr,
                     "usage: mpiexec -n 2 %s railgauge_mpi_<flavour>.so [budget_s [most_bytes]]\n"
                     "(peers.py starts it)\n",
                     argv[0]);
        return 2;
    }
    try {
        return run(argc, argv, body);
    } catch (const railgauge::error& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        std::fflush(nullptr);
        std::_Exit(static_cast<int>(failure.status()));
    }
}

prepared_operation prepare(railgauge::world& group, railgauge::communicator& carrier,
                           const railgauge::operation_spec& spec) {
    const std::size_t size = size_of(spec.type);
    prepared_operation made;
    const std::size_t input = input_elements(spec, group.rank(), group.size()) * size;
    const std::size_t output = output_elements(spec, group.rank(), group.size()) * size;
    made.input = carrier.allocate(spec.in_place ? std::max(input, output) : input);
    if (!spec.in_place) made.output = carrier.allocate(output);
    made.what = carrier.prepare(spec, *made.input, spec.in_place ? *made.input : *made.output);
    return made;
}

}  // namespace peers
