// The arithmetic of a device's threads, gone through on the host as a grid would do it, against
// fill_pattern and fill_expected.
#include "kernels/pattern_tile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/pattern.hpp"

namespace railgauge {
namespace {

constexpr std::uint32_t threads_of_block = 96;
constexpr std::uint32_t warps = 3;

using bytes = std::vector<std::byte>;

/// One warp's tile, lane by lane.
template <std::uint32_t Size>
void fill_tile(const tile_source& source, const std::byte* table, std::uint64_t first,
               const vector_cut& cut, std::uint64_t tile, std::byte* body) {
    const std::uint64_t behind = tile * tile_vectors * vector_size;
    const tile_place place = locate_tile<Size>(
        (first + cut.head) * Size + behind, [&](std::uint64_t chunk, std::uint32_t i) {
            return rotation_of(source.deal, chunk + i) * Size;
        });
    for (std::uint32_t lane = 0; lane < warp_lanes; ++lane) {
        for (std::uint32_t step = 0; step < tile_steps; ++step) {
            const std::uint32_t inside = step * warp_lanes + lane;
            const std::uint64_t index = tile * tile_vectors + inside;
            if (index >= cut.vectors) continue;
            store16(body + index * vector_size,
                    tile_vector<Size>(table, place, inside * vector_size));
        }
    }
}

template <std::uint32_t Size>
void fill_as_a_grid(const tile_source& source, std::uint64_t first, std::span<std::byte> target) {
    alignas(vector_size) std::byte table[table_bytes<Size>];
    std::memset(table, 0xee, sizeof table);
    for (std::uint32_t thread = 0; thread < threads_of_block; ++thread) {
        make_table<Size>(source, thread, threads_of_block, table);
    }
    const vector_cut cut =
        cut_into_vectors(reinterpret_cast<std::uintptr_t>(target.data()), target.size(), Size);
    ASSERT_EQ((cut.head + cut.tail) * Size + cut.vectors * vector_size, target.size());
    std::byte* const body = target.data() + std::size_t{cut.head} * Size;
    for (std::uint64_t warp = 0; warp < warps; ++warp) {
        for (std::uint64_t tile = warp; tile * tile_vectors < cut.vectors; tile += warps) {
            fill_tile<Size>(source, table, first, cut, tile, body);
        }
    }
    const auto put = [&](std::uint64_t index) {
        const std::uint32_t position = position_of(source.deal, first + index);
        put_element<Size>(target.data(), index, element_at(table, position, Size));
    };
    for (std::uint32_t i = 0; i < cut.head; ++i) put(i);
    for (std::uint32_t i = 0; i < cut.tail; ++i) {
        put(cut.head + cut.vectors * (vector_size / Size) + i);
    }
}

void fill_as_a_grid(const tile_source& source, std::uint64_t first, std::span<std::byte> target) {
    switch (source.deal.size) {
        case 1: return fill_as_a_grid<1>(source, first, target);
        case 2: return fill_as_a_grid<2>(source, first, target);
        case 4: return fill_as_a_grid<4>(source, first, target);
        default: return fill_as_a_grid<8>(source, first, target);
    }
}

void expect_the_hosts_bytes(const data_pattern& pattern, std::int32_t rank, bool combined,
                            std::uint64_t first, std::uint64_t count, std::size_t shift) {
    const std::size_t size = size_of(pattern.type);
    bytes wanted(count * size);
    if (combined) {
        fill_expected(pattern, first, wanted);
    } else {
        fill_pattern(pattern, rank, first, wanted);
    }
    bytes room(wanted.size() + 256, std::byte{0x5a});
    const auto misplaced = reinterpret_cast<std::uintptr_t>(room.data()) % vector_size;
    std::byte* const at = room.data() + (vector_size - misplaced) % vector_size + shift * size;
    const tile_source source{make_deal(pattern), static_cast<std::uint32_t>(rank), combined};
    fill_as_a_grid(source, first, {at, wanted.size()});
    ASSERT_TRUE(std::equal(wanted.begin(), wanted.end(), at))
        << name_of(pattern.type) << ' ' << name_of(pattern.op) << " reducing " << pattern.reducing
        << " first " << first << " count " << count << " shift " << shift;
    std::fill_n(at, wanted.size(), std::byte{0x5a});
    ASSERT_EQ(room, bytes(room.size(), std::byte{0x5a}));
}

TEST(pattern_tile, a_grid_writes_copies_as_the_host_does_from_any_element_and_address) {
    std::mt19937_64 random(1);
    for (const dtype type : all_dtypes) {
        const data_pattern pattern{type, false, redop::sum, 4, 9};
        for (const std::uint64_t count : {0, 1, 2, 15, 17, 300, 4093, 20000, 40011}) {
            const std::uint64_t first = random() % (std::uint64_t{1} << (count % 2 ? 40 : 14));
            expect_the_hosts_bytes(pattern, 3, false, first, count, random() % 16);
        }
    }
}

TEST(pattern_tile, a_grid_writes_contributions_and_combinations_as_the_host_does) {
    std::mt19937_64 random(2);
    for (const dtype type : all_dtypes) {
        for (const redop op : all_redops) {
            for (const std::int32_t ranks : {1, 3, 64, 1000, 1000000}) {
                const data_pattern pattern{type, true, op, ranks, random()};
                const std::uint64_t first = random() % 100000;
                const auto rank = static_cast<std::int32_t>(random() % std::uint64_t(ranks));
                for (const bool combined : {false, true}) {
                    expect_the_hosts_bytes(pattern, rank, combined, first, 13001, random() % 16);
                }
            }
        }
    }
}

TEST(vector16, bytes_between_and_joined_are_what_byte_by_byte_gives) {
    std::mt19937 random(3);
    unsigned char two[32];
    for (unsigned char& one : two) one = static_cast<unsigned char>(random());
    const vector16 low = load16(two);
    const vector16 high = load16(two + 16);
    for (std::uint32_t shift = 0; shift < 16; ++shift) {
        const vector16 between = bytes_between(low, high, shift);
        ASSERT_EQ(std::memcmp(&between, two + shift, 16), 0) << shift;
        if (shift == 0) continue;
        const vector16 both = joined(low, high, shift);
        ASSERT_EQ(std::memcmp(&both, two, shift), 0) << shift;
        ASSERT_EQ(std::memcmp(reinterpret_cast<const unsigned char*>(&both) + shift,
                              two + 16 + shift, 16 - shift),
                  0)
            << shift;
    }
}

}  // namespace
}  // namespace railgauge
