// Every kind has a name of its own, and the sets of kinds go together.
#include "harness/base/operation_kind.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace railgauge {
namespace {

TEST(operation_kind, names_lead_back_to_their_kinds) {
    std::set<std::string> names;
    for (const operation_kind kind : all_operation_kinds) {
        const std::string name(name_of(kind));
        EXPECT_NE(name, "unknown");
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(operation_kind_from(name), kind) << name;
    }
    EXPECT_EQ(static_cast<std::size_t>(all_operation_kinds.back()) + 1, all_operation_kinds.size());
}

TEST(operation_kind, a_devices_kinds_are_neither_rooted_nor_reducing) {
    int counted = 0;
    for (const operation_kind kind : all_operation_kinds) {
        EXPECT_TRUE(has_size(kind) || !moves_message(kind)) << name_of(kind);
        EXPECT_TRUE(!is_chase(kind) || (has_size(kind) && !moves_message(kind))) << name_of(kind);
        if (!is_device_kind(kind)) continue;
        ++counted;
        EXPECT_FALSE(is_rooted(kind) || is_reducing(kind) || takes_window(kind)) << name_of(kind);
        EXPECT_EQ(is_pairwise(kind), kind == operation_kind::peer_latency) << name_of(kind);
    }
    EXPECT_EQ(counted, 9);
    EXPECT_FALSE(is_device_kind(operation_kind::barrier));
    EXPECT_FALSE(has_size(operation_kind::barrier));
    EXPECT_DOUBLE_EQ(bus_bandwidth_factor(operation_kind::host_device_both, 1), 2.0);
    EXPECT_DOUBLE_EQ(bus_bandwidth_factor(operation_kind::host_to_device, 1), 1.0);
}

}  // namespace
}  // namespace railgauge
