// What the host does for device kernels: cuts, chains of addresses, verdicts as mismatches.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "kernels/chase_cycle.hpp"
#include "kernels/copy_cut.hpp"
#include "kernels/device_verdict.hpp"

namespace railgauge {
namespace {

TEST(copy_cut, every_byte_is_copied_once_and_no_vector_reaches_beyond_the_source) {
    for (std::uint64_t to = 256; to < 272; ++to) {
        for (std::uint64_t from = 512; from < 528; ++from) {
            for (std::uint64_t size = 0; size < 150; ++size) {
                const copy_cut cut = cut_copy(to, from, size);
                ASSERT_EQ(cut.head + cut.vectors * vector_size + cut.tail, size);
                ASSERT_LT(cut.head, most_edge_bytes);
                ASSERT_LE(cut.tail, most_edge_bytes);
                ASSERT_TRUE(size < 64 || cut.vectors >= 1) << to << ' ' << from << ' ' << size;
                if (cut.vectors == 0) continue;
                ASSERT_EQ((to + cut.head) % vector_size, 0u);
                const std::uint64_t aligned = from + cut.head - cut.shift;
                ASSERT_EQ(aligned % vector_size, 0u);
                ASSERT_GE(aligned, from);
                const std::uint64_t end =
                    aligned + (cut.vectors + (cut.shift == 0 ? 0 : 1)) * vector_size;
                ASSERT_LE(end, from + size) << to << ' ' << from << ' ' << size;
            }
        }
    }
}

TEST(copy_cut, buffers_that_lie_alike_take_no_shift) {
    const copy_cut cut = cut_copy(4096 + 5, 8192 + 5, 1000);
    EXPECT_EQ(cut.shift, 0u);
    EXPECT_EQ(cut.head, 11u);
    EXPECT_EQ(cut.vectors, 61u);
    EXPECT_EQ(cut.tail, 13u);
}

TEST(chase_cycle, comes_through_every_node_once) {
    for (const std::uint64_t nodes : {1, 2, 3, 1000}) {
        constexpr std::uint64_t stride = 64;
        constexpr std::uint64_t base = 0x7f0000001000;
        std::vector<std::byte> buffer(nodes * stride + 63);
        write_chase_cycle(buffer, stride, base, 5);
        std::vector<bool> seen(nodes);
        std::uint64_t address = base;
        for (std::uint64_t i = 0; i < nodes; ++i) {
            ASSERT_EQ((address - base) % stride, 0u);
            const std::uint64_t node = (address - base) / stride;
            ASSERT_LT(node, nodes);
            ASSERT_FALSE(seen[node]);
            seen[node] = true;
            std::memcpy(&address, buffer.data() + node * stride, sizeof address);
        }
        EXPECT_EQ(address, base);
    }
}

TEST(chase_cycle, neighbours_in_memory_are_rarely_neighbours_in_the_chain) {
    constexpr std::uint64_t nodes = 4096;
    std::vector<std::byte> buffer(nodes * 8);
    write_chase_cycle(buffer, 8, 0, 6);
    std::uint64_t next_door = 0;
    for (std::uint64_t node = 0; node < nodes; ++node) {
        std::uint64_t address = 0;
        std::memcpy(&address, buffer.data() + node * 8, sizeof address);
        next_door += address / 8 == node + 1 ? 1 : 0;
    }
    EXPECT_LT(next_door, 10u);
}

TEST(device_verdict, none_wrong_is_no_mismatch) {
    EXPECT_FALSE(mismatch_of({}, {}, 0, 0));
}

/// What a device would leave behind says the same as the host's own verification.
TEST(device_verdict, says_what_the_host_would) {
    for (const dtype type : all_dtypes) {
        for (const bool reducing : {false, true}) {
            const data_pattern pattern{type, reducing, redop::sum, 3, 8};
            constexpr std::uint64_t first = 77;
            const std::size_t size = size_of(type);
            std::vector<std::byte> data(5000 * size);
            if (reducing) {
                fill_expected(pattern, first, data);
            } else {
                fill_pattern(pattern, 2, first, data);
            }
            data[4321 * size] ^= std::byte{1};
            data[4400 * size] ^= std::byte{1};
            device_verdict verdict;
            verdict.wrong = 2;
            verdict.inverted_first = ~4321ull;
            std::memcpy(&verdict.got, data.data() + 4321 * size, size);
            const auto host = reducing ? verify_expected(pattern, first, data)
                                       : verify_pattern(pattern, 2, first, data);
            const auto rank = reducing ? std::nullopt : std::optional<std::int32_t>(2);
            const auto device = mismatch_of(verdict, pattern, rank, first);
            ASSERT_TRUE(host && device);
            EXPECT_EQ(device->element, host->element);
            EXPECT_EQ(device->wrong, host->wrong);
            EXPECT_EQ(device->expected, host->expected);
            EXPECT_EQ(device->got, host->got);
        }
    }
}

}  // namespace
}  // namespace railgauge
