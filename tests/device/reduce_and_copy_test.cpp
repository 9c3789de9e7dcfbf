// Reductions and copies on a device against the host's, at every type, operation and alignment.
#include <algorithm>
#include <random>

#include "kernels/device_copy.hpp"
#include "kernels/device_reduce.hpp"
#include "kernels/element_bits.hpp"
#include "kernels/reduce.hpp"
#include "tests/device/device_fixture.hpp"

namespace railgauge {
namespace {

using testing::device_bytes;
using reduce_on_device = testing::device_test;
using copy_on_device = testing::device_test;
using bytes = std::vector<std::byte>;

bytes random_bytes(std::size_t size, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    bytes data(size);
    for (std::byte& one : data) one = static_cast<std::byte>(random());
    return data;
}

bool is_nan(dtype type, const std::byte* element) {
    std::uint64_t bits = 0;
    std::copy_n(element, size_of(type), reinterpret_cast<std::byte*>(&bits));
    const double number = number_of(type, bits);
    return number != number;
}

/// Equal bits; which NaN a NaN is, is the machine's choice.
void expect_same(dtype type, redop op, const bytes& got, const bytes& wanted) {
    if (got == wanted) return;
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); i += size_of(type)) {
        const bool same = std::equal(&got[i], &got[i] + size_of(type), &wanted[i]);
        const bool nans = is_floating(type) && is_nan(type, &got[i]) && is_nan(type, &wanted[i]);
        ASSERT_TRUE(same || nans) << name_of(type) << ' ' << name_of(op) << " element "
                                  << i / size_of(type);
    }
}

struct shape {
    std::uint64_t count;
    std::size_t target, left, right;  ///< elements off an aligned address
};

TEST_F(reduce_on_device, all_types_and_operations_give_the_hosts_bits) {
    for (const dtype type : all_dtypes) {
        for (const redop op : all_redops) {
            for (const shape& at : {shape{1, 0, 0, 0},
                                    {100'003, 0, 0, 0},
                                    {70'001, 3, 3, 3},
                                    {5001, 1, 0, 3},
                                    {13, 5, 5, 5}}) {
                const std::size_t size = size_of(type);
                const bytes left = random_bytes(at.count * size, 1);
                const bytes right = random_bytes(at.count * size, 2);
                bytes wanted = left;
                reduce_into(type, op, wanted.data(), right.data(), at.count);
                const device_bytes a(left.size() + 128);
                const device_bytes b(left.size() + 128);
                const device_bytes to(left.size() + 128);
                a.write(left, at.left * size);
                b.write(right, at.right * size);
                EXPECT_CUDA(launch_reduce(type, op, to.data() + at.target * size,
                                          a.data() + at.left * size, b.data() + at.right * size,
                                          at.count, nullptr));
                bytes got = to.read();
                ASSERT_FALSE(got.empty());
                const auto from = got.begin() + static_cast<std::ptrdiff_t>(at.target * size);
                expect_same(type, op, bytes(from, from + static_cast<std::ptrdiff_t>(left.size())),
                            wanted);
                std::fill_n(from, left.size(), std::byte{0x5a});
                ASSERT_EQ(std::count(got.begin(), got.end(), std::byte{0x5a}),
                          static_cast<std::ptrdiff_t>(got.size()));
            }
        }
    }
}

TEST_F(reduce_on_device, the_target_may_be_a_source) {
    constexpr std::uint64_t count = 10'000;
    const bytes left = random_bytes(count * 4, 3);
    const bytes right = random_bytes(count * 4, 4);
    bytes wanted = left;
    reduce_into(dtype::int32, redop::sum, wanted.data(), right.data(), count);
    const device_bytes a(left.size());
    const device_bytes b(left.size());
    a.write(left);
    b.write(right);
    EXPECT_CUDA(
        launch_reduce(dtype::int32, redop::sum, a.data(), a.data(), b.data(), count, nullptr));
    EXPECT_EQ(a.read(), wanted);
    EXPECT_EQ(launch_reduce(dtype::int32, redop::sum, a.data() + 2, a.data(), b.data(), 1, nullptr),
              cudaErrorMisalignedAddress);
}

TEST_F(copy_on_device, every_alignment_and_many_sizes) {
    const bytes source = random_bytes(1'200'000, 5);
    const device_bytes from(source.size());
    from.write(source);
    for (const std::uint64_t size : {0, 1, 15, 16, 31, 63, 64, 100, 24'577, 1'000'003}) {
        for (std::size_t to = 0; to<16; to += size> 1000 ? 5 : 1) {
            for (std::size_t at = 0; at<16; at += size> 1000 ? 3 : 1) {
                bytes wanted(size + 64, std::byte{0x5a});
                std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(at), size,
                            wanted.begin() + static_cast<std::ptrdiff_t>(to));
                const device_bytes target(wanted.size());
                EXPECT_CUDA(launch_copy(target.data() + to, from.data() + at, size, nullptr));
                ASSERT_EQ(target.read(), wanted) << size << ' ' << to << ' ' << at;
            }
        }
    }
}

TEST_F(copy_on_device, one_processor_does_it_too) {
    const bytes source = random_bytes(3'000'000, 6);
    const device_bytes from(source.size());
    from.write(source);
    const device_bytes target(source.size());
    EXPECT_CUDA(launch_copy(target.data(), from.data(), source.size(), nullptr, 1));
    EXPECT_EQ(target.read(), source);
}

}  // namespace
}  // namespace railgauge
