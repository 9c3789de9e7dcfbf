// What the mpi backend says without a launcher, and what it refuses. That its operations are right
// is tested under the launchers (tests/multirank).

#include "harness/backends/mpi/mpi_backend.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <sstream>

#include "harness/backends/mpi/mpi_supports.hpp"
#include "harness/backends/mpi/private_memory.hpp"
#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> built_modules() {
    std::vector<std::string> paths;
#ifdef RAILGAUGE_MPI_MODULES
    std::istringstream joined(RAILGAUGE_MPI_MODULES);
    for (std::string path; std::getline(joined, path, ':');) paths.push_back(path);
#endif
    return paths;
}

TEST(mpi_backend, says_what_to_install_when_the_build_has_no_module) {
    const mpi_backend backend("");
    EXPECT_FALSE(backend.available().available);
    EXPECT_THAT(backend.available().reason, HasSubstr("libmpich-dev"));
    EXPECT_THAT(backend.version(), IsEmpty());
}

TEST(mpi_backend, names_a_module_that_is_missing) {
    const mpi_backend backend("/nowhere/railgauge_mpi_mpich.so");
    EXPECT_FALSE(backend.available().available);
    EXPECT_THAT(backend.available().reason, HasSubstr("/nowhere/railgauge_mpi_mpich.so"));
}

TEST(mpi_backend, gives_the_loaders_words_for_a_file_that_is_no_library) {
    const mpi_backend backend("/proc/self/cmdline");
    EXPECT_FALSE(backend.available().available);
    EXPECT_THAT(backend.available().reason, HasSubstr("/proc/self/cmdline"));
}

TEST(mpi_backend, asks_each_module_for_its_version_without_a_launcher) {
    for (const std::string& path : built_modules()) {
        const mpi_backend backend(path);
        EXPECT_TRUE(backend.available().available) << backend.available().reason;
        EXPECT_THAT(backend.version(), HasSubstr("MPI")) << path;
        EXPECT_THAT(backend.version(), Not(HasSubstr("\n")));
        EXPECT_TRUE(backend.needs_mpi_launcher());
    }
}

operation_spec spec_of(operation_kind kind) {
    return {.kind = kind, .count = 8, .algorithm = {}};
}

bool one_sided(operation_kind kind) {
    return kind == operation_kind::put || kind == operation_kind::get;
}

TEST(mpi_supports, every_kind_with_a_plain_type) {
    for (const operation_kind kind : all_operation_kinds) {
        for (const dtype type : all_dtypes) {
            auto spec = spec_of(kind);
            spec.type = type;
            const bool half = type == dtype::float16 || type == dtype::bfloat16 ||
                              type == dtype::fp8_e4m3 || type == dtype::fp8_e5m2;
            const capability able = mpi_supports(spec, 4, true);
            EXPECT_EQ(able.supported,
                      !(half && is_reducing(kind)) && !one_sided(kind) && !is_device_kind(kind))
                << name_of(kind) << ' ' << name_of(type) << ' ' << able.reason;
            EXPECT_EQ(able.reason.empty(), able.supported);
        }
    }
}

TEST(mpi_supports, no_average_but_where_nothing_is_reduced) {
    auto spec = spec_of(operation_kind::all_reduce);
    spec.op = redop::avg;
    EXPECT_THAT(mpi_supports(spec, 2, true).reason, HasSubstr("average"));
    spec.kind = operation_kind::broadcast;
    EXPECT_TRUE(mpi_supports(spec, 2, true).supported);
}

TEST(mpi_supports, in_place_where_mpi_has_the_same_layout) {
    for (const operation_kind kind : all_operation_kinds) {
        auto spec = spec_of(kind);
        spec.in_place = true;
        const bool differs = kind == operation_kind::reduce_scatter ||
                             kind == operation_kind::ping_pong || one_sided(kind) ||
                             is_device_kind(kind);
        EXPECT_EQ(mpi_supports(spec, 2, true).supported, !differs) << name_of(kind);
    }
}

TEST(mpi_supports, large_counts_only_with_mpi_4) {
    auto spec = spec_of(operation_kind::broadcast);
    spec.count = std::uint64_t{INT32_MAX};
    EXPECT_TRUE(mpi_supports(spec, 2, false).supported);
    spec.count += 1;
    EXPECT_TRUE(mpi_supports(spec, 2, true).supported);
    EXPECT_THAT(mpi_supports(spec, 2, false).reason, HasSubstr("MPI 4.0"));
}

TEST(mpi_supports, displacements_of_all_to_all_v_count_too) {
    auto spec = spec_of(operation_kind::all_to_all_v);
    spec.count = std::uint64_t{INT32_MAX} / 3;  // 2 ranks: 3 units a rank
    EXPECT_TRUE(counts_fit_int(spec, 2));
    EXPECT_FALSE(counts_fit_int(spec, 3));
}

TEST(private_memory, is_zeroed_aligned_and_of_the_size) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{5000},
                                    std::size_t{2} << 20U, (std::size_t{3} << 20U) + 7}) {
        private_memory memory(bytes);
        ASSERT_NE(memory.data(), nullptr);
        EXPECT_EQ(memory.bytes(), bytes);
        const std::uintptr_t alignment = bytes >= (std::size_t{2} << 20U) ? 2U << 20U : 4096;
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) % alignment, 0U);
        for (std::size_t i = 0; i < bytes; i += 997) ASSERT_EQ(memory.data()[i], std::byte{0});
        if (bytes > 0) memory.data()[bytes - 1] = std::byte{1};
    }
}

TEST(private_memory, says_how_much_it_could_not_get) {
    for (const std::size_t bytes : {SIZE_MAX, SIZE_MAX / 4}) {
        try {
            private_memory memory(bytes);
            FAIL() << "nobody has that much";
        } catch (const system_error& failure) {
            EXPECT_THAT(failure.what(), HasSubstr(std::to_string(bytes)));
        }
    }
}

}  // namespace
}  // namespace railgauge
