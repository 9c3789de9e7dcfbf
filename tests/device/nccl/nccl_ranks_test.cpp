// Every operation, type and reduction of the nccl backend, in forked ranks that share the machine's
// first GPU: one rank, and several over NCCL's network transport. This process touches no CUDA, as
// its children would inherit what does not survive a fork.
#ifdef RAILGAUGE_HAS_NCCL
#include <gmock/gmock.h>
#include <nccl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/nccl/nccl_backend.hpp"
#include "harness/measure/verification.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge {
namespace {

std::string text_of(const operation_spec& spec) {
    return std::string(spec.in_place ? " in place" : "") + (spec.manner.graph ? " graph" : "") +
           " registered " + std::string(name_of(spec.manner.registration)) + " streams " +
           std::to_string(spec.manner.streams);
}

/// One rank's walk over operations, collective over its world.
struct walk {
    world& group;
    communicator& carrier;
    bool wants_names = false;
    int checked = 0;
    int refused = 0;
    bool fine = true;

    void check(const operation_spec& spec) {
        if (!carrier.supports(spec).supported) return;
        const int rank = group.rank();
        const int ranks = group.size();
        const std::uint64_t size = size_of(spec.type);
        // In place, a block of gather's or scatter's lies in a buffer of all ranks' size.
        const std::uint64_t bytes = size * static_cast<std::uint64_t>(ranks * (ranks + 1)) *
                                    (spec.count + 1) * static_cast<std::uint64_t>(spec.window) *
                                    static_cast<std::uint64_t>(spec.manner.streams);
        std::unique_ptr<memory> input;
        std::unique_ptr<memory> other;
        try {
            input = carrier.allocate_for(spec, buffer_role::input, bytes);
            if (!spec.in_place) other = carrier.allocate_for(spec, buffer_role::output, bytes);
        } catch (const refused_by_all&) {
            ++refused;  // there are no windows between ranks that share a GPU as hosts of their own
            return;
        }
        const point_buffers buffers{input.get(), spec.in_place ? input.get() : other.get()};
        const auto tested = carrier.prepare(spec, *input, *buffers.output);
        fill_buffers(spec, rank, ranks, 1, buffers);
        group.barrier();
        tested->execute();
        const verification_result once = verify_outputs(group, spec, 1, buffers);
        report(spec, once.message);
        if (spec.in_place) return;
        // As samples are taken, several behind a hold; out of place the result is the same.
        fill_buffers(spec, rank, ranks, 2, buffers);
        tested->held()->arm(3);
        group.barrier();
        tested->held()->release();
        const double ns = tested->held()->finish_ns();
        report(spec, ns >= 0 ? "" : "a sample of negative length");
        report(spec, verify_outputs(group, spec, 2, buffers).message);
        if (wants_names) report(spec, why_unnamed(spec, *tested));
    }

    /// NCCL says what it did from 2.28 on, where it did anything.
    [[nodiscard]] std::string why_unnamed(const operation_spec& spec, const operation& what) const {
        if (group.size() == 1 || spec.kind != operation_kind::all_reduce) return {};
        if (what.algorithm() == "library") return "NCCL did not name its algorithm";
        if (what.protocol().empty()) return "NCCL did not name its protocol";
        if (what.channels() < 1) return "NCCL did not say how many channels it used";
        if (!what.library_estimate_us()) return "NCCL did not estimate the time";
        return {};
    }

    void report(const operation_spec& spec, const std::string& wrong) {
        ++checked;
        if (wrong.empty()) return;
        fine = false;
        std::fprintf(stderr, "rank %d: %s %s %s%s: %s\n", group.rank(), name_of(spec.kind).data(),
                     name_of(spec.type).data(), name_of(spec.op).data(), text_of(spec).c_str(),
                     wrong.c_str());
    }
};

class nccl_ranks : public ::testing::TestWithParam<int> {
protected:
    void SetUp() override {
        const availability here = make_nccl_backend()->available();
        if (!here.available) GTEST_SKIP() << here.reason;
        ::setenv("RAILGAUGE_SHARE_GPU", "1", 1);
        ::setenv("CUDA_VISIBLE_DEVICES", "0", 0);
    }

    /// The functions of 2.28 came with the profiler's interface that railgauge has.
    static bool names_itself(const std::vector<feature>& features) {
        return std::ranges::any_of(features, [](const feature& each) {
            return each.name == "all_to_all as a call" && each.available;
        });
    }

    template <typename Visit>
    static int failing_ranks(Visit&& visit) {
        return testing::run_ranks(GetParam(), [&](world& group) {
            const auto transport = make_nccl_backend();
            transport->join(group);
            const auto carrier = transport->make_communicator(group);
            walk state{group, *carrier, names_itself(transport->features())};
            visit(state);
            group.barrier();
            return state.fine && state.checked + state.refused > 0 && carrier->init_ns() > 0;
        });
    }
};
INSTANTIATE_TEST_SUITE_P(, nccl_ranks, ::testing::Values(1, 2, 4));

operation_spec spec_of(operation_kind kind, int ranks) {
    return {.kind = kind,
            .count = 5000,
            .root = is_rooted(kind) ? ranks / 2 : 0,
            .algorithm = {},
            .where = memory_kind::cuda};
}

TEST_P(nccl_ranks, every_operation_delivers) {
    EXPECT_EQ(failing_ranks([](walk& state) {
                  for (const operation_kind kind : all_operation_kinds) {
                      operation_spec spec = spec_of(kind, state.group.size());
                      for (const std::uint64_t count : {1, 37, 5000, 300'000}) {
                          spec.count = count;
                          spec.in_place = false;
                          state.check(spec);
                          spec.in_place = true;
                          state.check(spec);
                      }
                      if (!takes_window(kind)) continue;
                      spec.in_place = false;
                      spec.count = 5000;
                      spec.window = 8;
                      state.check(spec);
                  }
              }),
              0);
}

TEST_P(nccl_ranks, every_type_and_reduction) {
    EXPECT_EQ(failing_ranks([](walk& state) {
                  for (const dtype type : all_dtypes) {
                      for (const redop op : all_redops) {
                          operation_spec spec =
                              spec_of(operation_kind::all_reduce, state.group.size());
                          spec.type = type;
                          spec.op = op;
                          state.check(spec);
                      }
                  }
              }),
              0);
}

TEST_P(nccl_ranks, every_manner) {
    EXPECT_EQ(failing_ranks([](walk& state) {
                  for (const operation_kind kind : all_operation_kinds) {
                      operation_spec spec = spec_of(kind, state.group.size());
                      for (const bool graph : {false, true}) {
                          for (const registration_kind registration : all_registration_kinds) {
                              for (const int streams : {1, 2}) {
                                  spec.manner = {graph, registration, streams};
                                  spec.in_place = false;
                                  state.check(spec);
                                  spec.in_place = true;
                                  state.check(spec);
                              }
                          }
                      }
                  }
              }),
              0);
}

// The communicators of groups are split off from the job's, or made anew.
TEST_P(nccl_ranks, groups_of_a_job_that_has_a_communicator) {
    if (GetParam() < 4) GTEST_SKIP() << "two groups of two ranks need four";
    const int failed = testing::run_ranks(GetParam(), [](world& job) {
        const auto transport = make_nccl_backend();
        transport->join(job);
        const auto whole = transport->make_communicator(job);
        const int color = job.rank() % 2;
        const auto half = job.split(color, -job.rank());
        transport->split(job, color, -job.rank(), half.get());
        const auto carrier = transport->make_communicator(*half);
        walk state{*half, *carrier};
        state.check(spec_of(operation_kind::all_gather, half->size()));
        state.check(spec_of(operation_kind::all_reduce, half->size()));
        job.barrier();
        return state.fine && state.checked > 0;
    });
    EXPECT_EQ(failed, 0);
}

// One process and all GPUs of this machine; NCCL takes a GPU once a process, so it takes two of
// them.
TEST(nccl_gpus, every_operation_delivers_between_gpus_of_one_process) {
    const auto asked = make_nccl_backend();
    if (!asked->available().available) GTEST_SKIP() << asked->available().reason;
    const int gpus = asked->most_local_ranks();
    if (gpus < 2) GTEST_SKIP() << "it takes two GPUs";
    const int failed = testing::run_ranks(1, [gpus](world& group) {
        const auto transport = make_nccl_backend();
        transport->set_gpus_per_rank(gpus);
        transport->join(group);
        const auto carrier = transport->make_communicator(group);
        bool fine = carrier->ranks_here() == gpus;
        for (const operation_kind kind : all_operation_kinds) {
            operation_spec spec = spec_of(kind, gpus);
            spec.manner.gpus_per_rank = gpus;
            if (!carrier->supports(spec).supported) continue;
            const std::vector<std::size_t> bytes(
                static_cast<std::size_t>(gpus),
                4 * spec.count * static_cast<std::size_t>(gpus * (gpus + 1)));
            const auto input = carrier->allocate_parts(spec, buffer_role::input, bytes);
            const auto output = carrier->allocate_parts(spec, buffer_role::output, bytes);
            const auto tested = carrier->prepare(spec, *input, *output);
            const point_buffers buffers{input.get(), output.get()};
            fill_own_buffers(group, spec, 1, buffers);
            tested->held()->arm(3);
            tested->held()->release();
            fine = tested->held()->finish_ns() > 0 && fine;
            const std::string wrong = verify_outputs(group, spec, 1, buffers).message;
            if (!wrong.empty())
                std::fprintf(stderr, "%s: %s\n", name_of(kind).data(), wrong.c_str());
            fine = fine && wrong.empty();
        }
        return fine;
    });
    EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace railgauge

#endif
