// What the nccl backend says it can do, by version and device.
#ifdef RAILGAUGE_HAS_NCCL
#include "harness/backends/nccl/nccl_types.hpp"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "harness/backends/device_choice.hpp"
#include "harness/backends/device_driver.hpp"
#include "harness/backends/nccl/nccl_library.hpp"
#include "harness/backends/nccl/nccl_seats.hpp"

namespace railgauge::nccl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr nccl_abilities hopper{.version = NCCL_VERSION(2, 28, 9), .compute_capability = 90};

operation_spec spec_of(operation_kind kind, dtype type = dtype::float32, redop op = redop::sum) {
    return {.kind = kind,
            .type = type,
            .op = op,
            .count = 8,
            .algorithm = {},
            .where = memory_kind::cuda};
}

TEST(nccl_types, have_the_size_of_railgauges_own) {
    const std::map<ncclDataType_t, std::size_t> sizes{
        {ncclInt8, 1},    {ncclUint8, 1},    {ncclInt32, 4},      {ncclUint32, 4},
        {ncclInt64, 8},   {ncclUint64, 8},   {ncclFloat16, 2},    {ncclFloat32, 4},
        {ncclFloat64, 8}, {ncclBfloat16, 2}, {ncclFloat8e4m3, 1}, {ncclFloat8e5m2, 1}};
    std::size_t known = 0;
    for (const dtype type : all_dtypes) {
        if (const auto as_nccl = nccl_type(type)) {
            ++known;
            EXPECT_EQ(sizes.at(*as_nccl), size_of(type)) << name_of(type);
        }
    }
    EXPECT_EQ(known, sizes.size());
}

TEST(nccl_supports, all_but_one_sided_kinds_and_16_bit_integers_on_a_new_device) {
    for (const operation_kind kind : all_operation_kinds) {
        for (const dtype type : all_dtypes) {
            const capability can = nccl_supports(spec_of(kind, type), 4, hopper);
            const bool one_sided = kind == operation_kind::put || kind == operation_kind::get;
            const bool missing = type == dtype::int16 || type == dtype::uint16;
            EXPECT_EQ(can.supported, !one_sided && !is_device_kind(kind) &&
                                         (!missing || kind == operation_kind::barrier))
                << name_of(kind) << ' ' << name_of(type) << ' ' << can.reason;
            EXPECT_EQ(can.reason.empty(), can.supported);
        }
    }
}

TEST(nccl_supports, what_a_version_has) {
    const auto with = [](int version, dtype type, redop op) {
        return nccl_supports(spec_of(operation_kind::all_reduce, type, op), 4,
                             {.version = version, .compute_capability = 90});
    };
    EXPECT_THAT(with(2804, dtype::bfloat16, redop::sum).reason, HasSubstr("2.10.0"));
    EXPECT_THAT(with(2804, dtype::bfloat16, redop::sum).reason, HasSubstr("this is 2.8.4"));
    EXPECT_TRUE(with(NCCL_VERSION(2, 10, 3), dtype::bfloat16, redop::sum).supported);
    EXPECT_THAT(with(2804, dtype::float32, redop::avg).reason, HasSubstr("averages"));
    EXPECT_TRUE(with(NCCL_VERSION(2, 10, 3), dtype::float32, redop::avg).supported);
    EXPECT_THAT(with(NCCL_VERSION(2, 23, 4), dtype::fp8_e4m3, redop::sum).reason,
                HasSubstr("2.24.0"));
    EXPECT_TRUE(with(NCCL_VERSION(2, 24, 3), dtype::fp8_e5m2, redop::sum).supported);
}

TEST(nccl_supports, reduces_fp8_on_new_devices_only_and_copies_it_on_all) {
    const nccl_abilities ampere{.version = NCCL_VERSION(2, 28, 9), .compute_capability = 80};
    const auto with = [&](operation_kind kind) {
        return nccl_supports(spec_of(kind, dtype::fp8_e4m3), 4, ampere);
    };
    EXPECT_THAT(with(operation_kind::all_reduce).reason, HasSubstr("8.0"));
    EXPECT_TRUE(with(operation_kind::all_gather).supported);
}

TEST(nccl_supports, in_place_where_nothing_is_received_into_what_is_sent) {
    for (const operation_kind kind : all_operation_kinds) {
        operation_spec spec = spec_of(kind);
        spec.in_place = true;
        const bool differs =
            kind == operation_kind::all_to_all || kind == operation_kind::all_to_all_v ||
            kind == operation_kind::send_recv || kind == operation_kind::bidirectional ||
            kind == operation_kind::ping_pong || kind == operation_kind::put ||
            kind == operation_kind::get || is_device_kind(kind);
        EXPECT_EQ(nccl_supports(spec, 4, hopper).supported, !differs) << name_of(kind);
    }
}

TEST(nccl_supports, says_why_not) {
    operation_spec spec = spec_of(operation_kind::all_reduce);
    spec.where = memory_kind::host;
    EXPECT_THAT(nccl_supports(spec, 2, hopper).reason, HasSubstr("--memory cuda"));
    spec = spec_of(operation_kind::all_reduce);
    spec.algorithm = "ring";
    EXPECT_THAT(nccl_supports(spec, 2, hopper).reason, HasSubstr("NCCL_ALGO"));
    spec = spec_of(operation_kind::broadcast);
    spec.root = 2;
    EXPECT_THAT(nccl_supports(spec, 2, hopper).reason, HasSubstr("root"));
    spec = spec_of(operation_kind::ping_pong);
    spec.window = 2;
    EXPECT_THAT(nccl_supports(spec, 2, hopper).reason, HasSubstr("one message"));
}

TEST(nccl_supports, executes_in_the_manners_that_all_ranks_have) {
    nccl_abilities has = hopper;
    operation_spec spec = spec_of(operation_kind::all_reduce);
    spec.manner.graph = true;
    EXPECT_TRUE(nccl_supports(spec, 2, has).supported);
    has.version = NCCL_VERSION(2, 10, 3);
    EXPECT_THAT(nccl_supports(spec, 2, has).reason, HasSubstr("CUDA graphs from 2.11.0"));
    has = hopper;
    spec.manner = {.registration = registration_kind::buffer};
    EXPECT_EQ(nccl_supports(spec, 2, has).reason,
              "ncclCommRegister came with NCCL 2.19; this is 2.28.9");
    spec.manner.registration = registration_kind::window;
    EXPECT_THAT(nccl_supports(spec, 2, has).reason, HasSubstr("ncclCommWindowRegister"));
    has.registers_windows = true;
    EXPECT_TRUE(nccl_supports(spec, 2, has).supported);
    for (const int streams : {0, most_streams + 1, -1}) {
        spec.manner = {.streams = streams};
        EXPECT_THAT(nccl_supports(spec, 2, has).reason, HasSubstr("1 to 16 streams"));
    }
    spec.manner = {.streams = most_streams};
    EXPECT_TRUE(nccl_supports(spec, 2, has).supported);
    has.processors = 132;
    spec.manner = {.load_processors = 132};
    EXPECT_TRUE(nccl_supports(spec, 2, has).supported);
    spec.manner = {.load_processors = 133};
    EXPECT_EQ(
        nccl_supports(spec, 2, has).reason,
        "a load of 133 multiprocessors does not fit on a GPU that has 132: --load 132 at most");
    spec.manner = {.load_processors = -1};
    EXPECT_FALSE(nccl_supports(spec, 2, has).supported);
}

TEST(nccl_supports, sums_with_a_factor_where_nccl_makes_them) {
    nccl_abilities has = hopper;
    operation_spec spec = spec_of(operation_kind::all_reduce, dtype::float32, redop::mulsum);
    EXPECT_EQ(nccl_supports(spec, 2, has).reason,
              "ncclRedOpCreatePreMulSum came with NCCL 2.11; this is 2.28.9");
    has.premultiplies = true;
    EXPECT_TRUE(nccl_supports(spec, 2, has).supported);
    spec.kind = operation_kind::all_gather;
    EXPECT_TRUE(nccl_supports(spec, 2, hopper).supported);
}

TEST(nccl_library, knows_both_codes_of_versions) {
    EXPECT_EQ(version_text(22809), "2.28.9");
    EXPECT_EQ(version_text(21003), "2.10.3");
    EXPECT_EQ(version_text(2708), "2.7.8");
}

TEST(nccl_library, names_a_file_that_is_none) {
    try {
        static_cast<void>(open_nccl("/nowhere/libnccl.so.2"));
        FAIL();
    } catch (const capability_error& failure) {
        EXPECT_THAT(failure.what(), HasSubstr("/nowhere/libnccl.so.2"));
    }
}

TEST(nccl_library, names_what_another_library_lacks) {
    try {
        static_cast<void>(open_nccl("libm.so.6"));
        FAIL();
    } catch (const capability_error& failure) {
        EXPECT_THAT(failure.what(), HasSubstr("libm.so.6 has no function nccl"));
        EXPECT_THAT(failure.what(), HasSubstr("--nccl-library"));
    }
}

TEST(ask_nccl, tells_a_missing_driver_from_an_old_one_and_from_no_gpu) {
    EXPECT_THAT(why_no_gpu(cudaSuccess, 1, 13000, 13000), IsEmpty());
    EXPECT_THAT(why_no_gpu(cudaErrorInsufficientDriver, 0, 0, 13000),
                HasSubstr("no NVIDIA driver"));
    const std::string old = why_no_gpu(cudaErrorInsufficientDriver, 0, 12040, 13000);
    EXPECT_THAT(old, HasSubstr("knows CUDA 12.4"));
    EXPECT_THAT(old, HasSubstr("13.0"));
    EXPECT_THAT(why_no_gpu(cudaErrorNoDevice, 0, 13000, 13000), HasSubstr("CUDA_VISIBLE_DEVICES"));
    EXPECT_THAT(why_no_gpu(cudaErrorUnknown, 0, 13000, 13000), HasSubstr("cudaGetDeviceCount"));
}

TEST(nccl_seats, a_ranks_gpu_is_that_of_its_number_or_the_only_one) {
    EXPECT_EQ(choose_gpu(3, 8, false), 3);
    EXPECT_EQ(choose_gpu(3, 1, false), 0);
    EXPECT_EQ(choose_gpu(5, 4, true), 1);
    EXPECT_THROW(static_cast<void>(choose_gpu(0, 0, false)), capability_error);
    try {
        static_cast<void>(choose_gpu(4, 4, false));
        FAIL();
    } catch (const capability_error& failure) {
        EXPECT_THAT(failure.what(), HasSubstr("local rank 4 has no GPU"));
    }
}

gpu_seat seat(const char* host, const char* bus) {
    gpu_seat made;
    std::string(host).copy(made.host, sizeof made.host - 1);
    std::string(bus).copy(made.bus, sizeof made.bus - 1);
    return made;
}

TEST(nccl_seats, two_ranks_on_one_gpu_are_named) {
    const std::vector<gpu_seat> apart{seat("a", "01"), seat("b", "01"), seat("a", "02")};
    EXPECT_THAT(why_shared(apart), IsEmpty());
    const std::vector<gpu_seat> together{seat("a", "01"), seat("b", "01"), seat("a", "02"),
                                         seat("b", "01")};
    const std::string reason = why_shared(together);
    EXPECT_THAT(reason, HasSubstr("ranks 1 and 3 share GPU 01 of host b"));
    EXPECT_THAT(reason, HasSubstr("RAILGAUGE_SHARE_GPU"));
}

}  // namespace
}  // namespace railgauge::nccl

#endif
