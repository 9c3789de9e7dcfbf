// Every operation of the ucx backend, with every algorithm.
#include "harness/backends/ucx/ucx_backend.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <utility>

#include "harness/base/error.hpp"
#include "tests/unit/backends/checked_operation.hpp"
#include "tests/unit/backends/shm_test_world.hpp"

#ifdef RAILGAUGE_HAS_UCX

namespace railgauge {
namespace {

using testing::check_algorithms;
using testing::check_one;
using testing::walk_state;

template <typename Visit>
bool with_communicator(world& group, Visit&& visit) {
    return testing::with_communicator(*make_ucx_backend(), group, std::forward<Visit>(visit));
}

class ucx_ranks : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(, ucx_ranks, ::testing::Values(1, 2, 3, 5));

TEST_P(ucx_ranks, every_algorithm_delivers_every_size) {
    const int failed = testing::run_ranks(GetParam(), [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const operation_kind kind : all_operation_kinds) {
                check_algorithms(state, kind, 3);
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST_P(ucx_ranks, every_type_and_reduction) {
    const int failed = testing::run_ranks(GetParam(), [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const dtype type : all_dtypes) {
                for (const redop op : all_redops) {
                    for (const bool in_place : {false, true}) {
                        check_one(state,
                                  {.kind = operation_kind::all_reduce,
                                   .type = type,
                                   .op = op,
                                   .count = 77,
                                   .in_place = in_place,
                                   .algorithm = "direct"},
                                  2);
                    }
                }
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(ucx_backend, chooses_an_algorithm_and_a_chunk_by_itself) {
    const int failed = testing::run_ranks(2, [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const operation_kind kind : all_operation_kinds) {
                for (const std::uint64_t count : {10, 300'001}) {
                    check_one(state, {.kind = kind, .count = count, .algorithm = {}}, 2);
                }
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(ucx_backend, windows_move_every_message) {
    const int failed = testing::run_ranks(3, [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const operation_kind kind : all_operation_kinds) {
                if (!takes_window(kind)) {
                    continue;
                }
                for (const std::uint64_t count : {0, 1, 333, 60'000}) {
                    for (const int window : {2, 16}) {
                        check_one(
                            state,
                            {.kind = kind, .count = count, .algorithm = {}, .window = window});
                    }
                }
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(ucx_backend, delivers_over_tcp) {
    const int failed = testing::run_ranks(2, [](world& group) {
        ::setenv("UCX_TLS", "tcp", 1);
        ::setenv("UCX_NET_DEVICES", "lo", 1);
        return with_communicator(group, [](walk_state& state) {
            for (const operation_kind kind : all_operation_kinds) {
                for (const std::uint64_t count : {1, 100'000}) {
                    check_one(state, {.kind = kind, .count = count, .algorithm = "direct"});
                    check_one(state, {.kind = kind, .count = count, .algorithm = "ring"});
                }
            }
            if (state.group.transport() != "tcp/lo") {
                std::fprintf(stderr, "transport: %s\n", state.group.transport().c_str());
                ++state.wrong;
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(ucx_backend, one_way_traffic_does_not_overrun_the_receiver) {
    const int failed = testing::run_ranks(3, [](world& group) {
        return with_communicator(group, [](walk_state& state) {
            for (const std::uint64_t count : {2, 2000}) {
                check_one(state,
                          {.kind = operation_kind::broadcast, .count = count, .algorithm = {}},
                          500);
            }
        });
    });
    EXPECT_EQ(failed, 0);
}

TEST(ucx_backend, refuses_what_it_cannot_do_with_a_reason) {
    const int failed = testing::run_ranks(2, [](world& group) {
        const auto communicator = make_ucx_backend()->make_communicator(group);
        const auto refused = [&](const operation_spec& spec, const char* why) {
            const capability can = communicator->supports(spec);
            if (can.supported || can.reason.find(why) == std::string::npos) {
                std::fprintf(stderr, "expected '%s', got '%s'\n", why, can.reason.c_str());
                return false;
            }
            const auto buffer = communicator->allocate(64);
            try {
                static_cast<void>(communicator->prepare(spec, *buffer, *buffer));
                return false;
            } catch (const capability_error&) {
                return true;
            }
        };
        const bool fine =
            refused(
                {.kind = operation_kind::all_to_all, .count = 4, .in_place = true, .algorithm = {}},
                "in place") &&
            refused({.kind = operation_kind::all_reduce, .count = 4, .algorithm = "no_such"},
                    "no_such") &&
            refused({.kind = operation_kind::broadcast, .count = 4, .root = 2, .algorithm = {}},
                    "root") &&
            refused({.kind = operation_kind::ping_pong, .count = 4, .algorithm = {}, .window = 2},
                    "one message") &&
            refused({.kind = operation_kind::all_reduce,
                     .count = 4,
                     .algorithm = {},
                     .where = memory_kind::cuda},
                    "CUDA");
        group.barrier();
        return fine;
    });
    EXPECT_EQ(failed, 0);
}

TEST(ucx_backend, names_the_transports_that_there_are_when_the_wanted_one_is_missing) {
    const int failed = testing::run_ranks(2, [](world& group) {
        ::setenv("UCX_TLS", "no_such_transport", 1);
        try {
            static_cast<void>(make_ucx_backend()->make_communicator(group));
        } catch (const capability_error& refused) {
            const std::string text = refused.what();
            return text.find("UCX_TLS=no_such_transport") != std::string::npos &&
                   text.find("tcp/lo") != std::string::npos;
        }
        return false;
    });
    EXPECT_EQ(failed, 0);
}

TEST(ucx_backend, is_available_and_says_its_version) {
    const auto transport = make_ucx_backend();
    EXPECT_TRUE(transport->available().available) << transport->available().reason;
    EXPECT_EQ(transport->name(), "ucx");
    EXPECT_THAT(transport->version(), ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
    EXPECT_FALSE(transport->known_algorithms(operation_kind::all_reduce).empty());
}

}  // namespace
}  // namespace railgauge

#endif
