// What a baseline says of the gates to come, and whether it comes true.
#include "harness/compare/calibration.hpp"

#include <gtest/gtest.h>

#include "harness/base/error.hpp"
#include "tests/unit/compare/generated.hpp"

namespace railgauge {
namespace {

calibration calibrated_set(const generated::run_shape& shape, std::size_t launches = 0) {
    const generated::folder folder;
    folder.write("a.jsonl", generated::results(shape));
    point_table table;
    return calibrate(load_set("a", {folder.path("a.jsonl")}, table), table, {}, launches);
}

TEST(calibration, tells_the_floor_of_a_baseline) {
    generated::run_shape shape = generated::first_of_pair(11, 0.1, 0.01);
    shape.launches = 20;
    const calibration found = calibrated_set(shape);
    EXPECT_EQ(found.pairs, 10U);
    EXPECT_EQ(found.launches, 20U);
    for (const calibrated& one : found.classes) {
        // A difference of two such launches spreads by 0.14; the mean of twenty by 0.032.
        EXPECT_GT(one.floor, 0.03);
        EXPECT_LT(one.floor, 0.18);
        EXPECT_GE(one.threshold, one.floor);
        EXPECT_GT(one.detectable, one.threshold);
        EXPECT_LE(one.detectable, found.detectable);
    }
}

TEST(calibration, fewer_launches_show_less) {
    generated::run_shape shape = generated::first_of_pair(12, 0.1, 0.01);
    shape.launches = 20;
    EXPECT_GT(calibrated_set(shape, 10).detectable, calibrated_set(shape, 40).detectable);
    EXPECT_GE(calibrated_set(shape, 4).launches_to_decide, 7U);
}

TEST(calibration, too_few_launches_are_refused) {
    generated::run_shape shape = generated::first_of_pair(13, 0.1, 0.01);
    shape.launches = 5;
    EXPECT_THROW((void)calibrated_set(shape), capability_error);
}

// Twice what ten launches of a baseline say is found by gates of ten launches.
TEST(calibration, twice_the_detectable_effect_is_found) {
    int found_ones = 0;
    for (unsigned trial = 0; trial < 20; ++trial) {
        const auto a = generated::first_of_pair(2000 + trial, 0.05, 0.03);
        const double effect = calibrated_set(a).detectable;
        const generated::folder folder;
        folder.write("a.jsonl", generated::results(a));
        folder.write("b.jsonl", generated::results(generated::second_of_pair(
                                    2000 + trial, 0.05, 0.03, 1 + 2 * effect)));
        point_table table;
        const result_set first = load_set("a", {folder.path("a.jsonl")}, table);
        const result_set second = load_set("b", {folder.path("b.jsonl")}, table);
        found_ones += gate(first, second, table, {}).status == exit_status::worse ? 1 : 0;
    }
    EXPECT_GE(found_ones, 19);
}

}  // namespace
}  // namespace railgauge
