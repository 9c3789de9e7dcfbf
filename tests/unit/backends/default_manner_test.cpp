// What backends without a device say of graphs, registration and streams.
#include "harness/backends/default_manner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace railgauge {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const device_manner& manner) {
    operation_spec spec;
    spec.manner = manner;
    const capability can = default_manner_only(spec, "shm");
    EXPECT_EQ(can.supported, can.reason.empty());
    return can.reason;
}

TEST(default_manner_only, names_the_flag_that_asks_for_what_is_not_there) {
    EXPECT_EQ(refusal({}), "");
    EXPECT_THAT(refusal({.graph = true}), AllOf(StartsWith("shm "), HasSubstr("--graph off")));
    EXPECT_THAT(refusal({.registration = registration_kind::buffer}), HasSubstr("--registration"));
    EXPECT_THAT(refusal({.registration = registration_kind::window}), HasSubstr("--registration"));
    EXPECT_THAT(refusal({.streams = 2}), HasSubstr("--streams 1"));
}

}  // namespace
}  // namespace railgauge
