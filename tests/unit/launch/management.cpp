// Which address a host listens on.
#include "harness/launch/management.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::vector<interface_address> own{
    {"lo", "127.0.0.1", true, false},       {"eth0", "10.0.3.4", false, false},
    {"rail1", "192.168.9.4", false, false}, {"lo", "::1", true, false},
    {"eth0", "fe80::1", false, true},       {"eth0", "fd00:3::4", false, false}};

std::string refusal(const std::string& wish) {
    try {
        return pick_address(wish, own);
    } catch (const error& wrong) {
        return wrong.what();
    }
}

TEST(management, an_interface_a_network_or_an_address) {
    EXPECT_EQ(pick_address("rail1", own), "192.168.9.4");
    EXPECT_EQ(pick_address("eth0", own), "10.0.3.4");
    EXPECT_EQ(pick_address("10.0.0.0/16", own), "10.0.3.4");
    EXPECT_EQ(pick_address("192.168.9.4", own), "192.168.9.4");
    EXPECT_EQ(pick_address("fd00:3::/32", own), "fd00:3::4");
    EXPECT_EQ(pick_address("0.0.0.0/0", own), "127.0.0.1");
}

TEST(management, what_is_not_there_is_told_with_what_is) {
    for (const char* wish : {"ib0", "10.1.0.0/16", "10.0.3.5", "10.0.3.128/25"}) {
        EXPECT_THAT(refusal(wish), AllOf(HasSubstr(wish), HasSubstr("rail1 192.168.9.4")));
    }
    for (const char* wish : {"10.0.0.0/33", "10.0.0.0/x", "eth0/8", "10.0.0.0/"}) {
        EXPECT_THROW((void)pick_address(wish, own), usage_error) << wish;
    }
}

TEST(management, never_all_addresses) {
    // Where a network can be configured at all, one address of it is chosen.
    try {
        const std::string found = management_address("", "");
        EXPECT_NE(found, "0.0.0.0");
        EXPECT_NE(found, "::");
        EXPECT_FALSE(found.empty());
    } catch (const capability_error& none) {
        EXPECT_THAT(none.what(), HasSubstr("--management"));
    }
    EXPECT_EQ(management_address("lo", ""), "127.0.0.1");
}

TEST(management, names) {
    EXPECT_THAT(resolve("127.0.0.1"), testing::ElementsAre("127.0.0.1"));
    EXPECT_THROW((void)resolve("no-such-host.invalid"), capability_error);
    EXPECT_EQ(source_towards("127.0.0.1"), "127.0.0.1");
    EXPECT_EQ(source_towards("a name"), std::nullopt);
    EXPECT_EQ(endpoint_text("fd00::1", 80), "[fd00::1]:80");
    EXPECT_EQ(endpoint_text("10.0.0.1", 80), "10.0.0.1:80");
}

}  // namespace
}  // namespace railgauge
