#include "harness/schedule/acknowledgements.hpp"

#include <gmock/gmock.h>

#include "tests/unit/schedule/all_algorithms.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(acknowledgements, a_later_message_makes_them_needless) {
    const schedule direct =
        make_schedule({.kind = operation_kind::all_reduce, .algorithm = "direct", .ranks = 4});
    EXPECT_THAT(acknowledgements_of(direct, 1).awaited, IsEmpty());
    EXPECT_THAT(acknowledgements_of(direct, 1).given, IsEmpty());
}

TEST(acknowledgements, messages_of_the_same_round_do_not) {
    const schedule one_round =
        make_schedule({.kind = operation_kind::all_reduce, .algorithm = "all_pairs", .ranks = 3});
    EXPECT_THAT(acknowledgements_of(one_round, 1).awaited, ElementsAre(0, 2));
    EXPECT_THAT(acknowledgements_of(one_round, 1).given, ElementsAre(0, 2));
}

TEST(acknowledgements, a_message_without_data_needs_none) {
    const schedule barrier =
        make_schedule({.kind = operation_kind::barrier, .algorithm = "direct", .ranks = 3});
    EXPECT_THAT(acknowledgements_of(barrier, 0).awaited, IsEmpty());
}

TEST(acknowledgements, each_that_is_awaited_is_given) {
    for (const std::int64_t n : {2, 3, 5, 8}) {
        for (const schedule_request& request : all_requests(n)) {
            const schedule plan = make_schedule(request);
            for (std::int64_t a = 0; a < n; ++a) {
                for (std::int64_t b = 0; b < n; ++b) {
                    const auto awaited = acknowledgements_of(plan, a).awaited;
                    const auto given = acknowledgements_of(plan, b).given;
                    EXPECT_EQ(testing::Value(awaited, testing::Contains(b)),
                              testing::Value(given, testing::Contains(a)))
                        << title(request) << ": " << a << " and " << b;
                }
            }
        }
    }
}

}  // namespace
}  // namespace railgauge
