// What the nccl backend says that a version lacks, and which library it takes.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_features.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>

#include "harness/backends/nccl/nccl_backend.hpp"
#include "tests/unit/backends/nccl_fake.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::HasSubstr;
using namespace testing;

nccl_library library_of(const nccl_calls& calls, int version) {
    nccl_library made;
    made.calls = calls;
    made.version = version;
    return made;
}

const feature& named(const std::vector<feature>& all, const std::string& name) {
    for (const feature& each : all) {
        if (each.name == name) return each;
    }
    throw std::out_of_range(name);
}

TEST(nccl_features, a_new_version_has_them_all) {
    const auto all = features_of(library_of(fake_calls(), NCCL_VERSION(2, 28, 9)));
    EXPECT_GE(all.size(), 8U);
    for (const feature& each : all) {
        EXPECT_TRUE(each.available) << each.name;
        EXPECT_EQ(each.reason, "") << each.name;
    }
}

TEST(nccl_features, what_is_missing_is_named_with_the_version_that_has_it) {
    nccl_calls calls = fake_calls();
    calls.CommWindowRegister = nullptr;
    calls.CommDeregister = nullptr;  // one of a pair is as good as none
    const auto all = features_of(library_of(calls, NCCL_VERSION(2, 18, 5)));
    EXPECT_FALSE(named(all, "window registration").available);
    EXPECT_EQ(named(all, "window registration").reason,
              "ncclCommWindowRegister came with NCCL 2.27; this is 2.18.5");
    EXPECT_FALSE(named(all, "buffer registration").available);
    EXPECT_TRUE(named(all, "splitting").available);
}

TEST(nccl_features, come_out_of_a_child_as_they_went_in) {
    nccl_calls calls = fake_calls();
    calls.CommSplit = nullptr;
    const auto all = features_of(library_of(calls, NCCL_VERSION(2, 17, 1)));
    const auto back = features_from(text_of(all));
    ASSERT_EQ(back.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(back[i].name, all[i].name);
        EXPECT_EQ(back[i].available, all[i].available);
        EXPECT_EQ(back[i].reason, all[i].reason);
    }
    EXPECT_TRUE(features_from("").empty());
    EXPECT_TRUE(features_from("no such text").empty());
}

TEST(nccl_features, the_library_that_is_named_is_the_one_that_is_asked) {
    const char* before = std::getenv("RAILGAUGE_NCCL_LIBRARY");
    const std::string kept = before != nullptr ? before : "";
    set_nccl_library("libm.so.6");
    EXPECT_EQ(nccl_path(), "libm.so.6");
    EXPECT_TRUE(make_nccl_backend()->features().empty());
    EXPECT_FALSE(make_nccl_backend()->available().available);
    EXPECT_THROW(set_nccl_library(""), usage_error);
    kept.empty() ? ::unsetenv("RAILGAUGE_NCCL_LIBRARY")
                 : ::setenv("RAILGAUGE_NCCL_LIBRARY", kept.c_str(), 1);
}

}  // namespace
}  // namespace railgauge::nccl

#endif
