// What the flags of GPUs do before there are ranks.
#include "harness/cli/gpu_flags.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "harness/base/error.hpp"
#include "harness/cli/run_job.hpp"
#include "tests/unit/measure/fake_transport.hpp"

namespace railgauge {
namespace {

using testing_doubles::fake_backend;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

TEST(apply_gpu_flags, tells_the_backend_by_its_variables) {
    ::unsetenv("RAILGAUGE_NCCL_LIBRARY");
    ::unsetenv("RAILGAUGE_SHARE_GPU");
    apply_gpu_flags("", false);
    EXPECT_EQ(variable("RAILGAUGE_NCCL_LIBRARY"), "");
    EXPECT_EQ(variable("RAILGAUGE_SHARE_GPU"), "");
    apply_gpu_flags("lib/libnccl.so", true);
    EXPECT_EQ(variable("RAILGAUGE_NCCL_LIBRARY"),
              (std::filesystem::current_path() / "lib/libnccl.so").string());
    EXPECT_EQ(variable("RAILGAUGE_SHARE_GPU"), "1");
    apply_gpu_flags("libnccl.so.2", false);
    EXPECT_EQ(variable("RAILGAUGE_NCCL_LIBRARY"), "libnccl.so.2");
    // What the user has set stands where no flag says otherwise.
    apply_gpu_flags("", false);
    EXPECT_EQ(variable("RAILGAUGE_NCCL_LIBRARY"), "libnccl.so.2");
    ::unsetenv("RAILGAUGE_NCCL_LIBRARY");
    ::unsetenv("RAILGAUGE_SHARE_GPU");
}

TEST(require_named_nccl, refuses_a_file_that_is_none) {
    require_named_nccl("");
    apply_gpu_flags("/nowhere/libnccl.so.2", false);
    try {
        require_named_nccl("/nowhere/libnccl.so.2");
        ADD_FAILURE() << "it was taken";
    } catch (const capability_error& failure) {
        EXPECT_THAT(failure.what(), testing::StartsWith("--nccl-library: "));
#ifdef RAILGAUGE_HAS_NCCL
        EXPECT_THAT(failure.what(), testing::HasSubstr("/nowhere/libnccl.so.2"));
#endif
    }
    ::unsetenv("RAILGAUGE_NCCL_LIBRARY");
}

std::vector<std::unique_ptr<backend>> backends_with_devices(int devices) {
    std::vector<std::unique_ptr<backend>> all;
    all.push_back(std::make_unique<fake_backend>("host", std::vector<std::string>{}));
    auto gpu = std::make_unique<fake_backend>("gpu", std::vector<std::string>{});
    gpu->most_ranks = devices;
    all.push_back(std::move(gpu));
    return all;
}

int ranks_for(std::vector<std::string> named, int devices, std::optional<int> asked = {}) {
    suite what;
    what.cases.resize(1);
    what.cases[0].backends = std::move(named);
    run_options options;
    options.ranks = asked;
    return ranks_to_start(options, what, backends_with_devices(devices));
}

TEST(ranks_to_start, is_one_for_each_device_where_nothing_else_is_measured) {
    const int usual = ranks_for({}, 7);
    EXPECT_GE(usual, 2);
    EXPECT_EQ(ranks_for({"gpu"}, 7), 7);
    EXPECT_EQ(ranks_for({"gpu"}, 1), 1);
    EXPECT_EQ(ranks_for({"gpu"}, 7, 3), 3);
    EXPECT_EQ(ranks_for({"gpu"}, 0), usual);  // any number
    EXPECT_EQ(ranks_for({"host"}, 7), usual);
    EXPECT_EQ(ranks_for({"host", "gpu"}, 7), usual);
}

}  // namespace
}  // namespace railgauge
