// Every operation of the shm backend against kernels/pattern: after each execution the output is
// verified and the input overwritten at once, so that a stale read and a missing wait show.
#include "harness/backends/shm/shm_backend.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include "harness/base/error.hpp"
#include "kernels/pattern.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge {
namespace {

std::string text_of(const operation_spec& spec, int ranks) {
    return std::string(name_of(spec.kind)) + " " + spec.algorithm + " " +
           std::string(name_of(spec.type)) + " " + std::string(name_of(spec.op)) + " count " +
           std::to_string(spec.count) + " ranks " + std::to_string(ranks) + " root " +
           std::to_string(spec.root) + (spec.in_place ? " in place" : "");
}

/// One operation on its own buffers, filled, executed and verified.
class checked_operation {
public:
    checked_operation(communicator& group, const operation_spec& spec, int rank, int ranks)
        : spec_(spec),
          rank_(rank),
          ranks_(ranks),
          element_(size_of(spec.type)),
          inputs_(input_elements(spec, rank, ranks)),
          outputs_(output_elements(spec, rank, ranks)) {
        const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
        const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
        const std::uint64_t whole = std::max(into + inputs_, out_of + outputs_);
        in_memory_ = group.allocate((spec.in_place ? whole : inputs_) * element_);
        if (!spec.in_place) {
            out_memory_ = group.allocate(outputs_ * element_);
        }
        memory& out = spec.in_place ? *in_memory_ : *out_memory_;
        input_ = {in_memory_->data() + into * element_, inputs_ * element_};
        output_ = {out.data() + out_of * element_, outputs_ * element_};
        operation_ = group.prepare(spec, *in_memory_, out);
    }

    /// Fills, executes, verifies, spoils. Returns "" or what is wrong.
    std::string run(std::uint64_t seed) {
        pattern_ = {.type = spec_.type,
                    .reducing = is_reducing(spec_.kind),
                    .op = spec_.op,
                    .ranks = ranks_,
                    .seed = seed};
        fill_poison(output_);
        fill_pattern(pattern_, rank_, 0, input_);
        operation_->execute();
        if (!spec_.in_place) {
            fill_poison(input_);  // allowed from now on
        }
        const auto wrong = verify();
        if (spec_.in_place) {
            fill_poison(input_);
        }
        if (!wrong) {
            return "";
        }
        return "element " + std::to_string(wrong->element) + " expected " + wrong->expected +
               " got " + wrong->got + " (" + std::to_string(wrong->wrong) + " wrong)";
    }

private:
    std::optional<mismatch> verify() const {
        switch (spec_.kind) {
            case operation_kind::all_reduce:
            case operation_kind::reduce: return verify_expected(pattern_, 0, output_);
            case operation_kind::reduce_scatter:
                return verify_expected(pattern_, static_cast<std::uint64_t>(rank_) * spec_.count,
                                       output_);
            case operation_kind::broadcast: return from(spec_.root, 0, output_);
            case operation_kind::scatter:
                return from(spec_.root, static_cast<std::uint64_t>(rank_) * spec_.count, output_);
            case operation_kind::send_recv: return from((rank_ + ranks_ - 1) % ranks_, 0, output_);
            case operation_kind::ping_pong:
            case operation_kind::bidirectional:
            case operation_kind::send:
            case operation_kind::put:
            case operation_kind::get: return from(rank_ ^ 1, 0, output_);
            default: return verify_blocks();
        }
    }

    std::optional<mismatch> verify_blocks() const {
        if (outputs_ == 0) {
            return std::nullopt;
        }
        const bool to_all =
            spec_.kind == operation_kind::all_to_all || spec_.kind == operation_kind::all_to_all_v;
        for (int source = 0; source < ranks_; ++source) {
            const std::uint64_t at = to_all ? receive_offset(spec_, source, rank_, ranks_)
                                            : static_cast<std::uint64_t>(source) * spec_.count;
            const std::uint64_t count = block_elements(spec_, source, rank_, ranks_);
            const std::uint64_t first = to_all ? send_offset(spec_, source, rank_, ranks_) : 0;
            if (auto wrong =
                    from(source, first, output_.subspan(at * element_, count * element_))) {
                return wrong;
            }
        }
        return std::nullopt;
    }

    std::optional<mismatch> from(int source, std::uint64_t first,
                                 std::span<const std::byte> got) const {
        if (got.empty()) {
            return std::nullopt;
        }
        return verify_pattern(pattern_, source, first, got);
    }

    operation_spec spec_;
    int rank_;
    int ranks_;
    std::size_t element_;
    std::uint64_t inputs_;
    std::uint64_t outputs_;
    std::unique_ptr<memory> in_memory_;
    std::unique_ptr<memory> out_memory_;
    std::span<std::byte> input_;
    std::span<std::byte> output_;
    std::unique_ptr<operation> operation_;
    data_pattern pattern_;
};

struct walk_state {
    communicator& group;
    int rank;
    int ranks;
    std::minstd_rand delays;
    int wrong = 0;
    int checked = 0;
};

bool same_for_all(const communicator& group, const operation_spec& spec) {
    return group.supports(spec).supported;
}

void check_one(walk_state& state, const operation_spec& spec, int executions = 4) {
    if (!same_for_all(state.group, spec)) {
        return;
    }
    checked_operation tested(state.group, spec, state.rank, state.ranks);
    for (int i = 0; i < executions; ++i) {
        if (state.delays() % 4 == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(state.delays() % 60));
        }
        const std::string wrong = tested.run(static_cast<std::uint64_t>(i) + 1);
        ++state.checked;
        if (!wrong.empty()) {
            ++state.wrong;
            std::fprintf(stderr, "rank %d: %s, execution %d: %s\n", state.rank,
                         text_of(spec, state.ranks).c_str(), i, wrong.c_str());
        }
    }
}

template <typename Visit>
bool with_communicator(world& group, Visit&& visit) {
    const auto transport = make_shm_backend();
    const auto communicator = transport->make_communicator(group);
    walk_state state{*communicator, group.rank(), group.size(),
                     std::minstd_rand(static_cast<unsigned>(group.rank()) + 1)};
    visit(state);
    group.barrier();
    return state.wrong == 0 && state.checked > 0;
}

class shm_ranks : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(, shm_ranks, ::testing::Values(1, 2, 3, 4, 7));

TEST_P(shm_ranks, every_algorithm_delivers_every_size) {
    const int failed = testing::run_ranks(GetParam(), [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const operation_kind kind : all_operation_kinds) {
                std::vector<std::string> names = state.group.algorithms(kind);
                names.emplace_back();
                for (const std::string& name : names) {
                    for (const std::uint64_t count : {0, 1, 3, 14, 37, 1000, 5000}) {
                        for (const bool in_place : {false, true}) {
                            check_one(state, {.kind = kind,
                                              .count = count,
                                              .root = state.ranks / 2,
                                              .in_place = in_place,
                                              .algorithm = name});
                        }
                    }
                }
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST_P(shm_ranks, every_type_and_reduction) {
    const int failed = testing::run_ranks(GetParam(), [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const dtype type : all_dtypes) {
                for (const redop op : all_redops) {
                    for (const std::uint64_t count : {1, 7, 300, 20000}) {
                        check_one(state,
                                  {.kind = operation_kind::all_reduce,
                                   .type = type,
                                   .op = op,
                                   .count = count,
                                   .algorithm = {}},
                                  2);
                    }
                    check_one(state,
                              {.kind = operation_kind::reduce_scatter,
                               .type = type,
                               .op = op,
                               .count = 77,
                               .in_place = true,
                               .algorithm = {}},
                              2);
                    check_one(state,
                              {.kind = operation_kind::reduce,
                               .type = type,
                               .op = op,
                               .count = 1500,
                               .algorithm = {}},
                              2);
                }
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(shm_backend, large_messages_beyond_the_caches) {
    const int failed = testing::run_ranks(2, [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const operation_kind kind : all_operation_kinds) {
                for (const std::uint64_t count : {65'536, 4'500'001}) {
                    const bool shares = kind == operation_kind::all_to_all_v;
                    check_one(state,
                              {.kind = kind, .count = shares ? count / 3 : count, .algorithm = {}},
                              2);
                }
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(shm_backend, one_way_traffic_does_not_overrun_the_ring) {
    const int failed = testing::run_ranks(3, [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const std::uint64_t count : {2, 200}) {
                check_one(state,
                          {.kind = operation_kind::broadcast, .count = count, .algorithm = {}},
                          1000);
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(shm_backend, refuses_what_it_cannot_do_with_a_reason) {
    const int failed = testing::run_ranks(2, [](world& group) {
        const auto communicator = make_shm_backend()->make_communicator(group);
        operation_spec spec{
            .kind = operation_kind::all_to_all, .count = 4, .in_place = true, .algorithm = {}};
        bool fine =
            !communicator->supports(spec).supported && !communicator->supports(spec).reason.empty();
        const auto buffer = communicator->allocate(64);
        try {
            static_cast<void>(communicator->prepare(spec, *buffer, *buffer));
            fine = false;
        } catch (const capability_error&) {
        }
        spec = {.kind = operation_kind::all_reduce, .count = 4, .algorithm = "no_such"};
        fine = fine && !communicator->supports(spec).supported;
        spec = {.kind = operation_kind::broadcast, .count = 4, .root = 2, .algorithm = {}};
        fine = fine && !communicator->supports(spec).supported;
        group.barrier();
        return fine;
    });
    EXPECT_EQ(failed, 0);
}

TEST(shm_backend, is_available_and_says_its_version) {
    const auto transport = make_shm_backend();
    EXPECT_TRUE(transport->available().available) << transport->available().reason;
    EXPECT_EQ(transport->name(), "shm");
    EXPECT_THAT(transport->version(), ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
    EXPECT_FALSE(transport->known_algorithms(operation_kind::all_reduce).empty());
}

}  // namespace
}  // namespace railgauge
