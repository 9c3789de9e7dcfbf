// Every operation of the shm backend, with every algorithm.
#include "harness/backends/shm/shm_backend.hpp"

#include <gmock/gmock.h>

#include <utility>

#include "harness/base/error.hpp"
#include "tests/unit/backends/checked_operation.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

namespace railgauge {
namespace {

using testing::check_one;
using testing::walk_state;

template <typename Visit>
bool with_communicator(world& group, Visit&& visit) {
    return testing::with_communicator(*make_shm_backend(), group, std::forward<Visit>(visit));
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
