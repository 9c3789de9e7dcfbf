// Every algorithm is proven right for every number of ranks up to 64, and beyond one machine word.
#include "harness/schedule/prover.hpp"

#include <gtest/gtest.h>

#include "tests/unit/schedule/all_algorithms.hpp"

namespace railgauge {
namespace {

void expect_proven(std::int64_t ranks) {
    for (const schedule_request& request : all_requests(ranks)) {
        const proof_result result = prove(make_schedule(request));
        EXPECT_TRUE(result.ok) << title(request) << ": " << result.what;
    }
}

class every_number_of_ranks : public testing::TestWithParam<int> {};

TEST_P(every_number_of_ranks, is_proven) {
    expect_proven(GetParam());
}

INSTANTIATE_TEST_SUITE_P(prover, every_number_of_ranks, testing::Range(1, 65));

TEST(prover, holds_beyond_one_word_of_contributions) {
    expect_proven(65);
    expect_proven(128);
}

}  // namespace
}  // namespace railgauge
