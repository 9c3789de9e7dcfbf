// One rank of an MPI job, for launch_test.cpp: works with its world, and one rank misbehaves.
//   launch_rank MODULE FAULT: fault is none, kill, stop, late, throw, status, exit or interrupt
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/launch/mpi_meeting.hpp"
#include "harness/launch/mpi_modules.hpp"

using namespace railgauge;

namespace {

void misbehave(const std::string& fault, int rank) {
    // stop0: the rank whose monitor watches, where the launcher is the user's own.
    if (rank != (fault.ends_with('0') ? 0 : 1)) {
        return;
    }
    if (fault == "kill") {
        ::kill(::getpid(), SIGKILL);
    } else if (fault == "stop" || fault == "stop0") {
        ::raise(SIGSTOP);
    } else if (fault == "late") {
        std::this_thread::sleep_for(std::chrono::seconds(20));
    } else if (fault == "throw") {
        throw wrong_data_error("element 7 is wrong");
    } else if (fault == "exit") {
        ::_exit(0);
    }
}

exit_status work(world& ranks, const std::string& fault) {
    ranks.enter(phase::sampling, 3);
    std::vector<std::byte> data(100000, ranks.rank() == 0 ? std::byte{9} : std::byte{0});
    ranks.broadcast(data, 0);
    if (data.back() != std::byte{9}) {
        throw wrong_data_error("broadcast");
    }
    misbehave(fault, ranks.rank());
    for (std::uint8_t stop = 0; fault == "interrupt" && stop == 0;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        stop = ranks.rank() == 0 && ranks.interrupted() ? 1 : 0;
        broadcast_value(ranks, stop);
    }
    const auto half = ranks.split(ranks.rank() % 2, 0);
    half->barrier();
    ranks.barrier();
    return fault == "status" ? exit_status::wrong_data : exit_status::fine;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        return 2;
    }
    mpi_meeting_options options;
    options.limits.step = std::chrono::seconds(2);
    verdict_actions actions;
    actions.tell = [](const verdict& found) {
        std::fprintf(stderr, "VERDICT %d: %s\n", found.rank, found.text.c_str());
        std::fflush(stderr);
    };
    actions.leave = [](exit_status status) { ::_exit(static_cast<int>(status)); };
    mpi_library& mpi = open_mpi_module({"custom", argv[1]});
    const std::string fault = argv[2];
    const mpi_rank_result result =
        run_mpi_rank(mpi, options, actions, [&](world& ranks) { return work(ranks, fault); });
    if (!result.failure.empty()) {
        std::fprintf(stderr, "FAILURE: %s\n", result.failure.c_str());
    }
    if (!result.finalised) {
        ::_exit(static_cast<int>(result.status));
    }
    return static_cast<int>(result.status);
}
