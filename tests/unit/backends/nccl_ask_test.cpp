// What a child found out about NCCL, and the limits that follow from the flags.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/ask_nccl.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/backends/device_driver.hpp"
#include "harness/backends/nccl/nccl_backend.hpp"
#include "harness/backends/nccl/nccl_session.hpp"
#include "harness/base/error.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(probe_from, reads_the_version_and_the_number_of_devices) {
    const device_probe eight = probe_from({.text = "2.28.9 8", .failure = {}});
    EXPECT_EQ(eight.version, "2.28.9");
    EXPECT_EQ(eight.devices, 8);
    EXPECT_EQ(probe_from({.text = {}, .failure = "no driver"}).devices, 0);
    EXPECT_EQ(probe_from({.text = "2.28.9", .failure = {}}).devices, 0);
    EXPECT_EQ(probe_from({.text = "2.28.9", .failure = {}}).version, "2.28.9");
}

/// What a child would say with this library, whether or not this machine has a driver.
std::string refusal_with(const std::string& library) {
    ::setenv("RAILGAUGE_NCCL_LIBRARY", library.c_str(), 1);
    std::string words;
    try {
        static_cast<void>(probe_for_child());
    } catch (const capability_error& failure) {
        words = failure.what();
    }
    EXPECT_EQ(why_not_nccl(), words.substr(0, why_not_nccl().size()));
    ::unsetenv("RAILGAUGE_NCCL_LIBRARY");
    return words;
}

TEST(probe_for_child, judges_the_library_where_there_is_no_driver_too) {
    const auto file = std::filesystem::path(::testing::TempDir()) / "railgauge_no_library.so";
    std::ofstream(file) << "this is no library";
    const std::string no_library = refusal_with(file.string());
    EXPECT_THAT(no_library, StartsWith("NCCL cannot be opened: dlopen(" + file.string()));
    EXPECT_THAT(no_library, HasSubstr("name one with --nccl-library"));
    EXPECT_THAT(refusal_with("libm.so.6"),
                StartsWith("libm.so.6 has no function ncclGetVersion, so it is not NCCL"));
    std::filesystem::remove(file);
}

TEST(limits_for, the_usual_deadlines_are_the_limits_as_they_stand) {
    const nccl_limits usual;
    const nccl_limits made = limits_for(std::chrono::seconds(10), std::chrono::seconds(30));
    EXPECT_EQ(made.init, usual.init);
    EXPECT_EQ(made.work, usual.work);
    EXPECT_EQ(made.ending, usual.ending);
    EXPECT_EQ(made.grace, usual.grace);
    // The World names the rank that is missing before NCCL is given up.
    EXPECT_GT(limits_for(std::chrono::minutes(5), std::chrono::seconds(1)).work,
              std::chrono::minutes(5));
}

}  // namespace
}  // namespace railgauge::nccl
#endif
