// Where the messages of several streams lie.
#include "harness/backends/operation_spec.hpp"

#include <gtest/gtest.h>

namespace railgauge {
namespace {

operation_spec spec_of(operation_kind kind, bool in_place) {
    return {
        .kind = kind, .count = 10, .in_place = in_place, .algorithm = {}, .manner = {.streams = 3}};
}

TEST(operation_spec, streams_lie_one_behind_the_other) {
    const operation_spec gathers = spec_of(operation_kind::all_gather, false);
    EXPECT_EQ(input_elements(gathers, 1, 4), 30U);
    EXPECT_EQ(output_elements(gathers, 1, 4), 120U);
    EXPECT_EQ(input_start(gathers, 2, 1, 4), 20U);
    EXPECT_EQ(output_start(gathers, 2, 1, 4), 80U);
    EXPECT_EQ(message_bytes(gathers, 4), 160U);  // of one stream
    EXPECT_EQ(input_elements(one_stream_of(gathers), 1, 4), 10U);
}

TEST(operation_spec, in_place_each_stream_has_all_of_its_buffer) {
    const operation_spec gathers = spec_of(operation_kind::all_gather, true);
    EXPECT_EQ(input_start(gathers, 1, 2, 4) + in_place_input_offset(gathers, 2), 40U + 20U);
    EXPECT_EQ(output_start(gathers, 1, 2, 4) + in_place_output_offset(gathers, 2), 40U);
    const operation_spec scatters = spec_of(operation_kind::reduce_scatter, true);
    EXPECT_EQ(input_start(scatters, 2, 3, 4), 80U);
    EXPECT_EQ(output_start(scatters, 2, 3, 4) + in_place_output_offset(scatters, 3), 80U + 30U);
}

TEST(operation_spec, a_window_and_streams_multiply) {
    operation_spec sends = spec_of(operation_kind::send, false);
    sends.window = 5;
    EXPECT_EQ(input_elements(sends, 0, 2), 150U);
    EXPECT_EQ(output_elements(sends, 0, 2), 0U);
    EXPECT_EQ(input_start(sends, 1, 0, 2), 50U);
    EXPECT_EQ(output_start(sends, 2, 1, 2), 100U);
}

TEST(operation_spec, not_everything_is_for_every_backend) {
    const operation_spec plain{.algorithm = {}};
    EXPECT_EQ(why_not_on_hosts(plain), "");
    for (const device_manner& manner :
         {device_manner{.graph = true}, device_manner{.registration = registration_kind::window},
          device_manner{.streams = 2}}) {
        operation_spec spec = plain;
        spec.manner = manner;
        EXPECT_NE(why_not_on_hosts(spec), "");
    }
    operation_spec spec = plain;
    spec.op = redop::mulsum;
    EXPECT_NE(why_not_on_hosts(spec), "");
    spec.kind = operation_kind::all_gather;  // reduces nothing
    EXPECT_EQ(why_not_on_hosts(spec), "");
}

}  // namespace
}  // namespace railgauge
