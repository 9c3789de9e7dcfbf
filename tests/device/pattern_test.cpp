// The device's verification data against the host's: every type and operation, odd sizes, first
// elements and alignments; nothing beside the buffer is touched, and what is wrong is found.
#include "kernels/device_pattern.hpp"

#include <algorithm>
#include <random>

#include "tests/device/device_fixture.hpp"

namespace railgauge {
namespace {

using testing::device_bytes;
using pattern_on_device = testing::device_test;
using bytes = std::vector<std::byte>;

struct place {
    std::uint64_t first;
    std::uint64_t count;
    std::size_t shift;  ///< elements by which the buffer is off an aligned address
};

constexpr place places[] = {
    {0, 1, 0},          {5, 15, 1}, {4092, 2, 3}, {123457, 4093, 0}, {1ull << 40, 65537, 5},
    {77, 1'000'003, 15}};

bytes from_host(const data_pattern& pattern, std::int32_t rank, bool combined, const place& at) {
    bytes data(at.count * size_of(pattern.type));
    if (combined) {
        fill_expected(pattern, at.first, data);
    } else {
        fill_pattern(pattern, rank, at.first, data);
    }
    return data;
}

void expect_the_hosts_bytes(const data_pattern& pattern, std::int32_t rank, bool combined,
                            const place& at) {
    const std::size_t size = size_of(pattern.type);
    const bytes wanted = from_host(pattern, rank, combined, at);
    bytes whole(wanted.size() + 256, std::byte{0x5a});
    std::copy(wanted.begin(), wanted.end(),
              whole.begin() + static_cast<std::ptrdiff_t>(at.shift * size));
    const device_bytes memory(whole.size());
    const device_bytes verdict(sizeof(device_verdict));
    const std::span target(memory.data() + at.shift * size, wanted.size());
    auto* const told = reinterpret_cast<device_verdict*>(verdict.data());
    if (combined) {
        EXPECT_CUDA(launch_fill_expected(pattern, at.first, target, nullptr));
        EXPECT_CUDA(launch_verify_expected(pattern, at.first, target, told, nullptr));
    } else {
        EXPECT_CUDA(launch_fill_pattern(pattern, rank, at.first, target, nullptr));
        EXPECT_CUDA(launch_verify_pattern(pattern, rank, at.first, target, told, nullptr));
    }
    ASSERT_EQ(memory.read(), whole) << name_of(pattern.type) << ' ' << name_of(pattern.op) << ' '
                                    << at.first << ' ' << at.count << ' ' << at.shift;
    ASSERT_EQ(verdict.read_as<device_verdict>().wrong, 0u) << name_of(pattern.type);
}

TEST_F(pattern_on_device, copies_are_the_hosts) {
    for (const dtype type : all_dtypes) {
        for (const place& at : places) {
            expect_the_hosts_bytes({type, false, redop::sum, 4, 9}, 3, false, at);
        }
    }
}

TEST_F(pattern_on_device, contributions_and_combinations_are_the_hosts) {
    for (const dtype type : all_dtypes) {
        for (const redop op : all_redops) {
            for (const std::int32_t ranks : {1, 3, 64, 100000}) {
                const data_pattern pattern{type, true, op, ranks, 11};
                expect_the_hosts_bytes(pattern, ranks - 1, false, places[5]);
                expect_the_hosts_bytes(pattern, 0, true, places[4]);
            }
        }
    }
}

TEST_F(pattern_on_device, what_is_wrong_is_told_as_the_host_tells_it) {
    std::mt19937_64 random(1);
    for (const dtype type : all_dtypes) {
        for (const place& at : places) {
            const data_pattern pattern{type, false, redop::sum, 4, 9};
            const std::size_t size = size_of(type);
            bytes data = from_host(pattern, 1, false, at);
            for (int i = 0; i < 3; ++i) {
                data[random() % data.size()] ^= static_cast<std::byte>(1u << random() % 8);
            }
            const device_bytes memory(data.size() + 256);
            memory.write(data, at.shift * size);
            const device_bytes verdict(sizeof(device_verdict));
            EXPECT_CUDA(launch_verify_pattern(
                pattern, 1, at.first, {memory.data() + at.shift * size, data.size()},
                reinterpret_cast<device_verdict*>(verdict.data()), nullptr));
            const auto host = verify_pattern(pattern, 1, at.first, data);
            const auto device =
                mismatch_of(verdict.read_as<device_verdict>(), pattern, 1, at.first);
            ASSERT_EQ(host.has_value(), device.has_value());
            if (!host) continue;
            EXPECT_EQ(device->element, host->element);
            EXPECT_EQ(device->wrong, host->wrong);
            EXPECT_EQ(device->expected, host->expected);
            EXPECT_EQ(device->got, host->got);
        }
    }
}

TEST_F(pattern_on_device, averages_have_the_hosts_tolerance) {
    for (const dtype type : {dtype::float16, dtype::bfloat16, dtype::float32, dtype::float64}) {
        const data_pattern pattern{type, true, redop::avg, 3, 5};
        bytes data = from_host(pattern, 0, true, places[3]);
        // The last bit of every element is within it, a high bit of one is not.
        for (std::size_t i = 0; i < data.size(); i += size_of(type)) data[i] ^= std::byte{1};
        const device_bytes memory(data.size());
        const device_bytes verdict(sizeof(device_verdict));
        for (const bool spoilt : {false, true}) {
            if (spoilt) data[100 * size_of(type) - 1] ^= std::byte{0x40};
            memory.write(data);
            EXPECT_CUDA(
                launch_verify_expected(pattern, places[3].first, {memory.data(), data.size()},
                                       reinterpret_cast<device_verdict*>(verdict.data()), nullptr));
            const auto host = verify_expected(pattern, places[3].first, data);
            const auto told = verdict.read_as<device_verdict>();
            EXPECT_EQ(told.wrong, host ? host->wrong : 0) << name_of(type);
            EXPECT_EQ(host.has_value(), spoilt) << name_of(type);
        }
    }
}

TEST_F(pattern_on_device, poison_is_found_and_nothing_is_fine) {
    const data_pattern pattern{dtype::float32, false, redop::sum, 4, 9};
    const device_bytes memory(4096);
    const device_bytes verdict(sizeof(device_verdict));
    auto* const told = reinterpret_cast<device_verdict*>(verdict.data());
    EXPECT_CUDA(launch_fill_poison({memory.data(), 4096}, nullptr));
    EXPECT_CUDA(launch_verify_pattern(pattern, 0, 0, {memory.data(), 4096}, told, nullptr));
    EXPECT_EQ(verdict.read_as<device_verdict>().wrong, 1024u);
    EXPECT_CUDA(launch_verify_pattern(pattern, 0, 0, {}, told, nullptr));
    EXPECT_EQ(verdict.read_as<device_verdict>().wrong, 0u);
    EXPECT_CUDA(launch_fill_pattern(pattern, 0, 0, {}, nullptr));
    EXPECT_EQ(launch_fill_pattern(pattern, 0, 0, {memory.data() + 1, 8}, nullptr),
              cudaErrorMisalignedAddress);
    EXPECT_EQ(launch_fill_pattern(pattern, 0, 0, {memory.data(), 7}, nullptr),
              cudaErrorInvalidValue);
}

}  // namespace
}  // namespace railgauge
