// Every operation and algorithm of the cuda backend, in forked ranks that share the machine's first
// GPU: one rank, and several that reach each other's memory through CUDA IPC. This process touches
// no CUDA, as its children would inherit what does not survive a fork.
#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "harness/backends/cuda/cuda_backend.hpp"
#include "harness/base/error.hpp"
#include "harness/measure/verification.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge {
namespace {

/// One rank's walk over operations, collective over its world.
struct walk {
    world& group;
    communicator& carrier;
    int checked = 0;
    bool fine = true;

    void check(const operation_spec& spec) {
        if (!carrier.supports(spec).supported) return;
        const int rank = group.rank();
        const int ranks = group.size();
        // In place, a block of gather's or scatter's lies in a buffer of all ranks' size.
        const std::uint64_t most = static_cast<std::uint64_t>(ranks * (ranks + 1)) *
                                   (spec.count + 1) * static_cast<std::uint64_t>(spec.window) *
                                   size_of(spec.type);
        const auto input = carrier.allocate_for(spec, buffer_role::input, most);
        const auto other =
            spec.in_place ? nullptr : carrier.allocate_for(spec, buffer_role::output, most);
        const point_buffers buffers{input.get(), spec.in_place ? input.get() : other.get()};
        const auto tested = carrier.prepare(spec, *input, *buffers.output);
        fill_buffers(spec, rank, ranks, 1, buffers);
        group.barrier();
        tested->execute();
        report(spec, verify_outputs(group, spec, 1, buffers).message);
        group.barrier();
        if (tested->held() == nullptr) return;
        // As samples are taken, more behind a hold than a stream takes.
        fill_buffers(spec, rank, ranks, 2, buffers);
        group.barrier();
        tested->held()->arm(300);
        group.barrier();
        tested->held()->release();
        const double ns = tested->held()->finish_ns();
        report(spec, ns >= 0 ? "" : "a sample of negative length");
        group.barrier();
        report(spec, verify_outputs(group, spec, 2, buffers).message);
    }

    void report(const operation_spec& spec, const std::string& wrong) {
        ++checked;
        if (wrong.empty()) return;
        fine = false;
        std::fprintf(stderr, "rank %d: %s %s of %llu%s: %s\n", group.rank(),
                     name_of(spec.kind).data(), spec.algorithm.c_str(),
                     static_cast<unsigned long long>(spec.count), spec.in_place ? " in place" : "",
                     wrong.c_str());
    }
};

class cuda_ranks : public ::testing::TestWithParam<int> {
protected:
    void SetUp() override {
        const availability here = make_cuda_backend()->available();
        if (!here.available) GTEST_SKIP() << here.reason;
        ::setenv("RAILGAUGE_SHARE_GPU", "1", 1);
        ::setenv("CUDA_VISIBLE_DEVICES", "0", 0);
    }

    template <typename Visit>
    static int failing_ranks(Visit&& visit) {
        return testing::run_ranks(GetParam(), [&](world& group) {
            const auto transport = make_cuda_backend();
            transport->join(group);
            const auto carrier = transport->make_communicator(group);
            walk state{group, *carrier};
            visit(state);
            group.barrier();
            return state.fine && state.checked > 0;
        });
    }
};
INSTANTIATE_TEST_SUITE_P(, cuda_ranks, ::testing::Values(1, 2, 4));

operation_spec spec_of(operation_kind kind, int ranks, const std::string& algorithm) {
    return {.kind = kind,
            .type = dtype::uint8,
            .count = 5000,
            .root = is_rooted(kind) ? ranks / 2 : 0,
            .algorithm = algorithm,
            .where = memory_kind::cuda};
}

TEST_P(cuda_ranks, every_operation_and_algorithm_delivers) {
    EXPECT_EQ(failing_ranks([](walk& state) {
                  for (const operation_kind kind : all_operation_kinds) {
                      for (const std::string& name : state.carrier.algorithms(kind)) {
                          operation_spec spec = spec_of(kind, state.group.size(), name);
                          // Odd sizes, so that blocks lie at every alignment.
                          for (const std::uint64_t count : {1, 37, 5001, 3'000'001}) {
                              spec.count = count;
                              spec.in_place = false;
                              state.check(spec);
                              spec.in_place = true;
                              state.check(spec);
                          }
                          if (!takes_window(kind)) continue;
                          spec.in_place = false;
                          spec.count = 5001;
                          spec.window = 8;
                          state.check(spec);
                      }
                  }
              }),
              0);
}

TEST_P(cuda_ranks, the_hosts_side_may_be_pageable) {
    EXPECT_EQ(failing_ranks([](walk& state) {
                  for (const operation_kind kind :
                       {operation_kind::host_to_device, operation_kind::device_to_host,
                        operation_kind::host_device_both, operation_kind::host_latency}) {
                      for (const std::string& name : state.carrier.algorithms(kind)) {
                          operation_spec spec = spec_of(kind, state.group.size(), name);
                          spec.manner.host_memory = host_memory_kind::pageable;
                          spec.count = 300'001;
                          state.check(spec);
                      }
                  }
              }),
              0);
}

TEST_P(cuda_ranks, more_memory_than_there_is_is_refused_with_the_figure) {
    EXPECT_EQ(testing::run_ranks(GetParam(),
                                 [](world& group) {
                                     const auto transport = make_cuda_backend();
                                     transport->join(group);
                                     const auto carrier = transport->make_communicator(group);
                                     std::string told;
                                     try {
                                         static_cast<void>(carrier->allocate(std::size_t{1} << 46));
                                     } catch (const capability_error& failure) {
                                         told = failure.what();
                                     }
                                     group.barrier();
                                     return told.find("bytes free") != std::string::npos;
                                 }),
              0);
}

}  // namespace
}  // namespace railgauge
