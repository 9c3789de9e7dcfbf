// How a device writes and checks the verification data 16 bytes at a time: the arithmetic of one
// thread, on host and device alike, so that a host can go through a device's grid.
//
// A block makes the table of one period (just under 8 KiB, see pattern_value.hpp) in shared memory,
// followed by its own beginning, so that a vector of 16 bytes may begin at every byte of it. The
// elements of a chunk are the table turned by the chunk's rotation; so 16 bytes of data are 16
// bytes of the table from any place: two aligned vectors, shifted. Where a chunk ends within the
// vector, they are joined from two places.
//
// A warp takes a tile of 32 x 8 vectors, 4 KiB, which lies in at most three chunks: their numbers
// and rotations are computed once for the tile, its chunks side by side in the lanes.
//
// What this costs, to be confirmed by measuring: for each vector and thread about 6 instructions
// to find the place, 2 loads of 16 bytes from shared memory (without conflicts between banks: a
// warp's vectors lie side by side), 15 to shift, 1 access to memory, and an eighth of the 90 for a
// tile: 35 together, so 35 issue slots of a warp for 512 bytes. At four warps issued a cycle an SM
// makes 58 bytes a cycle; 132 SMs at 1.75 GHz make 13 TB/s, beside the 4.8 TB/s that an H200's
// memory can take. The table costs a block about 4,000 x 100 instructions / 32 lanes, or 2 us, and
// is what small buffers pay.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/pattern_value.hpp"
#include "kernels/vector16.hpp"

namespace railgauge {

/// The data of one rank or, if `combined`, of the combination over all ranks.
struct tile_source {
    pattern_deal deal;
    std::uint32_t rank = 0;
    bool combined = false;
};

/// Bytes of a chunk of elements of this size.
template <std::uint32_t Size>
inline constexpr std::uint32_t chunk_bytes = period_of(Size) * Size;

/// Room for a period and 32 to 47 bytes of its beginning, in whole vectors.
template <std::uint32_t Size>
inline constexpr std::uint32_t table_bytes =
    (chunk_bytes<Size> + vector_size - 1) / vector_size* vector_size + 2 * vector_size;
inline constexpr std::uint32_t most_table_bytes = 8224;
static_assert(table_bytes<1> <= most_table_bytes && table_bytes<2> <= most_table_bytes &&
              table_bytes<4> <= most_table_bytes && table_bytes<8> <= most_table_bytes);

inline constexpr std::uint32_t tile_steps = 8;  ///< vectors of a thread, all under way at once
inline constexpr std::uint32_t warp_lanes = 32;
inline constexpr std::uint32_t tile_vectors = tile_steps * warp_lanes;

/// How a buffer is cut: elements before the first aligned vector, whole vectors, elements behind.
struct vector_cut {
    std::uint32_t head = 0;  ///< elements
    std::uint32_t tail = 0;  ///< elements
    std::uint64_t vectors = 0;
};

/// For `bytes` (a multiple of `size`) at an address that is a multiple of `size`.
constexpr vector_cut cut_into_vectors(std::uintptr_t address, std::uint64_t bytes,
                                      std::uint32_t size) noexcept {
    std::uint64_t head = (vector_size - address % vector_size) % vector_size;
    if (head > bytes) head = bytes;
    const std::uint64_t rest = bytes - head;
    return {static_cast<std::uint32_t>(head / size),
            static_cast<std::uint32_t>(rest % vector_size / size), rest / vector_size};
}

template <std::uint32_t Size>
RAILGAUGE_HOST_DEVICE void put_element(std::byte* elements, std::uint64_t index,
                                       std::uint64_t bits) noexcept {
    std::byte* const at = elements + index * Size;
#if defined(__CUDA_ARCH__)
    if constexpr (Size == 1) *reinterpret_cast<std::uint8_t*>(at) = static_cast<std::uint8_t>(bits);
    if constexpr (Size == 2)
        *reinterpret_cast<std::uint16_t*>(at) = static_cast<std::uint16_t>(bits);
    if constexpr (Size == 4)
        *reinterpret_cast<std::uint32_t*>(at) = static_cast<std::uint32_t>(bits);
    if constexpr (Size == 8) *reinterpret_cast<std::uint64_t*>(at) = bits;
#else
    std::memcpy(at, &bits, Size);
#endif
}

RAILGAUGE_HOST_DEVICE inline std::uint64_t element_at(const std::byte* elements,
                                                      std::uint64_t index,
                                                      std::uint32_t size) noexcept {
    const std::byte* const at = elements + index * size;
#if defined(__CUDA_ARCH__)
    if (size == 1) return *reinterpret_cast<const std::uint8_t*>(at);
    if (size == 2) return *reinterpret_cast<const std::uint16_t*>(at);
    if (size == 4) return *reinterpret_cast<const std::uint32_t*>(at);
    return *reinterpret_cast<const std::uint64_t*>(at);
#else
    std::uint64_t bits = 0;
    std::memcpy(&bits, at, size);
    return bits;
#endif
}

/// Thread `thread` of `threads` writes its share of the table. The slot of a rank moves on by a
/// fixed step from one of its positions to the next, so that only the first takes a division.
template <std::uint32_t Size>
RAILGAUGE_HOST_DEVICE void make_table(const tile_source& source, std::uint32_t thread,
                                      std::uint32_t threads, std::byte* table) noexcept {
    constexpr std::uint32_t period = period_of(Size);
    constexpr std::uint32_t again = (table_bytes<Size> - chunk_bytes<Size>) / Size;
    const pattern_deal& deal = source.deal;
    const std::uint64_t key = rank_key(deal, source.rank);
    const auto ranks = std::uint64_t{deal.ranks};
    const bool steps = deal.reducing && !source.combined && deal.stride != 0;
    const std::uint64_t step = steps ? std::uint64_t{deal.stride} * threads % ranks : 0;
    std::uint64_t slot =
        steps ? (std::uint64_t{source.rank} + shift_of(deal, 0, thread)) % ranks : 0;
    for (std::uint32_t position = thread; position < period; position += threads) {
        std::uint64_t bits = 0;
        if (!deal.reducing) {
            bits = copy_word(key, position * Size / 8) >> (position * Size % 8 * 8);
        } else if (source.combined) {
            bits = expected(deal, position);
        } else {
            const std::uint64_t hash = position_hash(deal, position);
            if (!steps) {
                slot = source.rank + std::uint64_t{scaled(hash, deal.ranks)};
                slot -= slot < ranks ? 0 : ranks;
            }
            bits = bits_of_integer(deal.type,
                                   slot_value(deal, hash, static_cast<std::uint32_t>(slot)));
            slot += step;
            slot -= slot < ranks ? 0 : ranks;
        }
        put_element<Size>(table, position, bits);
        if (position < again) put_element<Size>(table, period + position, bits);
    }
}

/// Where a tile lies: `inside` bytes behind the beginning of its first chunk, and by how many bytes
/// the table is turned in that chunk and in the next two.
struct tile_place {
    std::uint32_t inside = 0;
    std::uint32_t turns[3] = {};
};

/// The place of the tile that begins `byte` bytes behind element 0. `turn_of(chunk, i)` gives the
/// rotation in bytes of the i-th chunk from `chunk`.
template <std::uint32_t Size, class TurnOf>
RAILGAUGE_HOST_DEVICE tile_place locate_tile(std::uint64_t byte, TurnOf turn_of) noexcept {
    const std::uint64_t chunk = byte / chunk_bytes<Size>;
    tile_place place;
    place.inside = static_cast<std::uint32_t>(byte - chunk * chunk_bytes<Size>);
    for (std::uint32_t i = 0; i < 3; ++i) place.turns[i] = turn_of(chunk, i);
    return place;
}

/// Reads 16 bytes of the table from any of its bytes.
template <std::uint32_t Size>
RAILGAUGE_HOST_DEVICE vector16 from_table(const std::byte* table, std::uint32_t place) noexcept {
    place -= place >= chunk_bytes<Size> ? chunk_bytes<Size> : 0;
    const std::byte* const low = table + place / vector_size * vector_size;
    return bytes_between(load16(low), load16(low + vector_size), place % vector_size);
}

/// The 16 bytes of data `offset` bytes behind a tile's beginning.
template <std::uint32_t Size>
RAILGAUGE_HOST_DEVICE vector16 tile_vector(const std::byte* table, const tile_place& tile,
                                           std::uint32_t offset) noexcept {
    constexpr std::uint32_t chunk = chunk_bytes<Size>;
    std::uint32_t inside = tile.inside + offset;
    const bool second = inside >= chunk;
    inside -= second ? chunk : 0;
    const vector16 here =
        from_table<Size>(table, inside + (second ? tile.turns[1] : tile.turns[0]));
    const std::uint32_t left = chunk - inside;
    if (left >= vector_size) return here;
    const std::uint32_t next = second ? tile.turns[2] : tile.turns[1];
    return joined(here, from_table<Size>(table, next + chunk - left), left);
}
// A tile begins within its first chunk, so its last vector begins within its second.
static_assert(chunk_bytes<1> >= tile_vectors * vector_size - vector_size);

}  // namespace railgauge
