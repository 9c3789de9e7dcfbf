// The loops over buffers, for the instruction set of the including file (see reduce_lanes.hpp).
#pragma once

#include "kernels/reduce_functions.hpp"
#include "kernels/reduce_lanes.hpp"

namespace railgauge {
namespace {

using std::byte;

template <std::size_t Bytes>
struct unsigned_of;
template <>
struct unsigned_of<1> {
    using type = std::uint8_t;
};
template <>
struct unsigned_of<2> {
    using type = std::uint16_t;
};
template <>
struct unsigned_of<4> {
    using type = std::uint32_t;
};
template <>
struct unsigned_of<8> {
    using type = std::uint64_t;
};

/// Loads a whole vector, or 1, 2, 4 or 8 bytes into its first lane (by way of a register: bytes
/// put into a vector in memory would have to be waited for); the other lanes are zero.
template <class Vector, std::size_t Bytes = vector_bytes>
RAILGAUGE_INLINE Vector load(const byte* from) {
    if constexpr (Bytes == vector_bytes) {
        Vector value;
        __builtin_memcpy(&value, from, Bytes);
        return value;
    } else {
        using part = typename unsigned_of<Bytes>::type;
        part bits;
        __builtin_memcpy(&bits, from, Bytes);
        return (Vector) typename vector_of<part>::type{bits};
    }
}

template <std::size_t Bytes = vector_bytes, class Vector>
RAILGAUGE_INLINE void store(byte* to, Vector value) {
    if constexpr (Bytes == vector_bytes) {
        __builtin_memcpy(to, &value, Bytes);
    } else {
        using part = typename unsigned_of<Bytes>::type;
        const part bits = ((typename vector_of<part>::type)value)[0];
        __builtin_memcpy(to, &bits, Bytes);
    }
}

/// Writes around the caches where the instruction set can; `to` is aligned to vector_bytes.
template <class Vector>
RAILGAUGE_INLINE void stream(byte* to, Vector value) {
#if defined(__AVX2__)
    _mm256_stream_si256((__m256i*)to, (__m256i)value);
#elif defined(__x86_64__)
    _mm_stream_si128((__m128i*)to, (__m128i)value);
#else
    store(to, value);
#endif
}

/// Streaming stores are not ordered with others; a flag that is set afterwards must be.
RAILGAUGE_INLINE void finish_streaming() {
#if defined(__x86_64__)
    _mm_sfence();
#endif
}

/// The buffers of one call, with their number fixed at compile time where that pays (0: it is not).
template <std::size_t Targets, std::size_t Sources>
struct buffers {
    byte* const* targets;
    std::size_t target_count;
    const byte* const* sources;
    std::size_t source_count;

    RAILGAUGE_INLINE std::size_t target_number() const { return Targets ? Targets : target_count; }
    RAILGAUGE_INLINE std::size_t source_number() const { return Sources ? Sources : source_count; }
};

/// Combines `Vectors` vectors of `Bytes` each at `offset`: everything is read before the stores.
template <class Lanes, class Op, std::size_t Vectors, std::size_t Bytes, bool Streaming,
          class Buffers>
RAILGAUGE_INLINE void combine_at(const Buffers& all, std::uint64_t offset, Op op) {
    using vector = typename Lanes::vector;
    vector sum[Vectors];
    for (std::size_t v = 0; v < Vectors; ++v) {
        sum[v] = load<vector, Bytes>(all.sources[0] + offset + v * Bytes);
    }
    for (std::size_t s = 1; s < all.source_number(); ++s) {
        for (std::size_t v = 0; v < Vectors; ++v) {
            const vector next = load<vector, Bytes>(all.sources[s] + offset + v * Bytes);
            sum[v] = Lanes::template combine<Op>(sum[v], next, op);
        }
    }
    for (std::size_t t = 0; t < all.target_number(); ++t) {
        for (std::size_t v = 0; v < Vectors; ++v) {
            byte* to = all.targets[t] + offset + v * Bytes;
            if constexpr (Streaming) {
                stream(to, sum[v]);
            } else {
                store<Bytes>(to, sum[v]);
            }
        }
    }
}

/// What is too short for a block, or lies before the first aligned address. One function for all
/// numbers of buffers: inlined everywhere, it would be most of what the compiler has to do.
template <class Lanes, class Op>
[[gnu::noinline]] void combine_rest(const buffers<0, 0>& all, std::uint64_t offset,
                                    std::uint64_t end, Op op) {
    constexpr std::size_t size = sizeof(typename Lanes::lane);
    for (; end - offset >= vector_bytes; offset += vector_bytes) {
        combine_at<Lanes, Op, 1, vector_bytes, false>(all, offset, op);
    }
    for (; end - offset >= 8; offset += 8) combine_at<Lanes, Op, 1, 8, false>(all, offset, op);
    for (; offset < end; offset += size) combine_at<Lanes, Op, 1, size, false>(all, offset, op);
}

template <class Lanes, class Op, bool Streaming, class Buffers>
RAILGAUGE_INLINE void combine_blocks(const Buffers& given, std::uint64_t offset, std::uint64_t end,
                                     Op op) {
    constexpr std::size_t vectors = 4;
    constexpr std::size_t block = vectors * vector_bytes;
    const Buffers all = given;
    for (; end - offset >= block; offset += block) {
        combine_at<Lanes, Op, vectors, vector_bytes, Streaming>(all, offset, op);
    }
    if (offset == end) return;
    const buffers<0, 0> any{all.targets, all.target_count, all.sources, all.source_count};
    combine_rest<Lanes, Op>(any, offset, end, op);
}

/// The bytes before the first address where all targets are aligned, or `bytes` if there is none.
template <class Lane>
std::uint64_t bytes_until_aligned(byte* const* targets, std::size_t count, std::uint64_t bytes) {
    const auto place = [](const byte* at) { return (std::uintptr_t)at % vector_bytes; };
    const std::uint64_t head = (vector_bytes - place(targets[0])) % vector_bytes;
    for (std::size_t t = 1; t < count; ++t) {
        if (place(targets[t]) != place(targets[0])) return bytes;
    }
    return head % sizeof(Lane) == 0 && head < bytes ? head : bytes;
}

/// The order of the targets' pointers is kept in registers for the cases that matter: two ranks
/// that add and store to one or to both.
template <class Lanes, class Op>
void combine(byte* const* targets, std::size_t target_count, const byte* const* sources,
             std::size_t source_count, std::uint64_t bytes, bool streaming) {
    const Op op{};
    const buffers<0, 0> any{targets, target_count, sources, source_count};
    if (streaming) {
        const std::uint64_t head =
            bytes_until_aligned<typename Lanes::lane>(targets, target_count, bytes);
        if (head < bytes) {
            combine_rest<Lanes, Op>(any, 0, head, op);
            combine_blocks<Lanes, Op, true>(any, head, bytes, op);
            return finish_streaming();
        }
    }
    if (source_count == 2 && target_count <= 2) {
        byte* const to[] = {targets[0], targets[target_count - 1]};
        const byte* const from[] = {sources[0], sources[1]};
        if (target_count == 1) {
            return combine_blocks<Lanes, Op, false>(buffers<1, 2>{to, 1, from, 2}, 0, bytes, op);
        }
        return combine_blocks<Lanes, Op, false>(buffers<2, 2>{to, 2, from, 2}, 0, bytes, op);
    }
    combine_blocks<Lanes, Op, false>(any, 0, bytes, op);
}

/// Integers of up to 32 bits: a double holds dividend and divisor exactly, and their rounded
/// quotient never reaches an integer that the true one does not.
template <class Lane>
void average_integers(byte* target, std::uint64_t count, std::int32_t ranks) {
    for (std::uint64_t i = 0; i < count; ++i) {
        Lane value;
        __builtin_memcpy(&value, target + i * sizeof value, sizeof value);
        if constexpr (sizeof(Lane) <= 4) {
            value = static_cast<Lane>(static_cast<double>(value) / ranks);
        } else {
            value = static_cast<Lane>(value / static_cast<Lane>(ranks));
        }
        __builtin_memcpy(target + i * sizeof value, &value, sizeof value);
    }
}

template <class Lane>
void average_floats(byte* target, std::uint64_t count, std::int32_t ranks) {
    for (std::uint64_t i = 0; i < count; ++i) {
        Lane value;
        __builtin_memcpy(&value, target + i * sizeof value, sizeof value);
        value = value / static_cast<Lane>(ranks);
        __builtin_memcpy(target + i * sizeof value, &value, sizeof value);
    }
}

template <class Lanes>
void average_narrow(byte* target, std::uint64_t count, std::int32_t ranks) {
    byte* const targets[] = {target};
    const byte* const sources[] = {target, target};
    const divide op{static_cast<float>(ranks)};
    combine_blocks<Lanes, divide, false>(buffers<1, 2>{targets, 1, sources, 2}, 0,
                                         count * sizeof(typename Lanes::lane), op);
}

void stream_copy(byte* target, const byte* source, std::uint64_t bytes) {
    constexpr std::size_t line = 64;
    std::uint64_t offset = (line - (std::uintptr_t)target % line) % line;
    if (offset > bytes) offset = bytes;
    __builtin_memcpy(target, source, offset);
    for (; bytes - offset >= line; offset += line) {
        words value[line / vector_bytes];
        for (std::size_t v = 0; v < line / vector_bytes; ++v) {
            value[v] = load<words>(source + offset + v * vector_bytes);
        }
        for (std::size_t v = 0; v < line / vector_bytes; ++v) {
            stream(target + offset + v * vector_bytes, value[v]);
        }
    }
    __builtin_memcpy(target + offset, source + offset, bytes - offset);
    finish_streaming();
}

/// Sums and products wrap, so signed ones are computed unsigned; comparisons keep the sign.
template <class Wrapping, class Ordered>
constexpr std::array<reduce_functions::combine, combining_redops> combine_row() {
    return {combine<Wrapping, add>, combine<Wrapping, multiply>, combine<Ordered, lesser>,
            combine<Ordered, greater>};
}

template <class Signed, class Unsigned>
constexpr auto integer_row() {
    return combine_row<plain<Unsigned>, plain<Signed>>();
}

template <class Lanes>
constexpr auto float_row() {
    return combine_row<Lanes, Lanes>();
}

constexpr reduce_functions make_functions() {
    using std::int16_t, std::int32_t, std::int64_t, std::int8_t;
    using std::uint16_t, std::uint32_t, std::uint64_t, std::uint8_t;
    return {
        .combine_of = {integer_row<int8_t, uint8_t>(), integer_row<uint8_t, uint8_t>(),
                       integer_row<int16_t, uint16_t>(), integer_row<uint16_t, uint16_t>(),
                       integer_row<int32_t, uint32_t>(), integer_row<uint32_t, uint32_t>(),
                       integer_row<int64_t, uint64_t>(), integer_row<uint64_t, uint64_t>(),
                       float_row<fp8_lanes<3>>(), float_row<fp8_lanes<2>>(),
                       float_row<float16_lanes>(), float_row<bfloat16_lanes>(),
                       float_row<plain<float>>(), float_row<plain<double>>()},
        .average_of = {average_integers<int8_t>, average_integers<uint8_t>,
                       average_integers<int16_t>, average_integers<uint16_t>,
                       average_integers<int32_t>, average_integers<uint32_t>,
                       average_integers<int64_t>, average_integers<uint64_t>,
                       average_narrow<fp8_lanes<3>>, average_narrow<fp8_lanes<2>>,
                       average_narrow<float16_lanes>, average_narrow<bfloat16_lanes>,
                       average_floats<float>, average_floats<double>},
        .stream_copy = stream_copy,
    };
}

}  // namespace
}  // namespace railgauge
