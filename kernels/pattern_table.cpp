#include "kernels/pattern_table.hpp"

#include <cstring>

namespace railgauge {
namespace {

void write_copy(const pattern_deal& deal, std::uint32_t rank, std::uint32_t position,
                std::uint32_t count, std::byte* target) noexcept {
    const std::uint64_t key = rank_key(deal, rank);
    std::uint32_t at = position * deal.size;
    const std::uint32_t end = at + count * deal.size;
    // Whole words of the stream, and the parts of the first and the last.
    while (at < end && at % 8 != 0) {
        *target++ = static_cast<std::byte>(copy_word(key, at / 8) >> (at % 8 * 8));
        ++at;
    }
    for (; end - at >= 8; at += 8, target += 8) {
        const std::uint64_t word = copy_word(key, at / 8);
        std::memcpy(target, &word, sizeof word);
    }
    if (at < end) {
        const std::uint64_t word = copy_word(key, at / 8);
        std::memcpy(target, &word, end - at);
    }
}

template <dtype Type>
struct stored;
template <dtype Type>
requires(size_of(Type) == 1) struct stored<Type> {
    using type = std::uint8_t;
};
template <dtype Type>
requires(size_of(Type) == 2) struct stored<Type> {
    using type = std::uint16_t;
};
template <dtype Type>
requires(size_of(Type) == 4) struct stored<Type> {
    using type = std::uint32_t;
};
template <dtype Type>
requires(size_of(Type) == 8) struct stored<Type> {
    using type = std::uint64_t;
};

/// A copy of the deal whose type and operation the compiler knows, so that the loops hold no
/// decisions.
template <dtype Type, redop Op>
pattern_deal with_known(const pattern_deal& deal) noexcept {
    pattern_deal known = deal;
    known.type = Type;
    known.op = Op;
    return known;
}

template <dtype Type, redop Op>
void write_contributions(const pattern_deal& given, std::uint32_t rank, std::uint32_t position,
                         std::uint32_t count, std::byte* target) noexcept {
    using element = typename stored<Type>::type;
    const pattern_deal deal = with_known<Type, Op>(given);
    // The slot moves on by the stride, without a division for each element.
    std::uint64_t slot = (std::uint64_t{rank} + shift_of(deal, 0, position)) % deal.ranks;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint64_t hash = position_hash(deal, position + i);
        if (deal.stride == 0) {
            slot = std::uint64_t{rank} + scaled(hash, deal.ranks);
            slot -= slot < deal.ranks ? 0 : deal.ranks;
        }
        const auto bits = static_cast<element>(
            bits_of_integer(Type, slot_value(deal, hash, static_cast<std::uint32_t>(slot))));
        std::memcpy(target + std::size_t{i} * sizeof bits, &bits, sizeof bits);
        slot += deal.stride;
        slot -= slot < deal.ranks ? 0 : deal.ranks;
    }
}

template <dtype Type, redop Op>
void write_combined(const pattern_deal& given, std::uint32_t position, std::uint32_t count,
                    std::byte* target) noexcept {
    using element = typename stored<Type>::type;
    const pattern_deal deal = with_known<Type, Op>(given);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::int64_t total = combined_value(deal, position_hash(deal, position + i));
        const auto bits = static_cast<element>(bits_of_combined(deal, total));
        std::memcpy(target + std::size_t{i} * sizeof bits, &bits, sizeof bits);
    }
}

template <dtype Type, redop Op>
void write_reducing(const pattern_source& source, std::uint32_t position, std::uint32_t count,
                    std::byte* target) noexcept {
    if (source.rank) {
        write_contributions<Type, Op>(source.deal, *source.rank, position, count, target);
    } else {
        write_combined<Type, Op>(source.deal, position, count, target);
    }
}

using writer = void (*)(const pattern_source&, std::uint32_t, std::uint32_t, std::byte*);

template <dtype Type>
writer writer_of(redop op) noexcept {
    switch (op) {
        case redop::sum: return write_reducing<Type, redop::sum>;
        case redop::prod: return write_reducing<Type, redop::prod>;
        case redop::min: return write_reducing<Type, redop::min>;
        case redop::max: return write_reducing<Type, redop::max>;
        case redop::avg: return write_reducing<Type, redop::avg>;
        case redop::mulsum: return write_reducing<Type, redop::mulsum>;
    }
    return nullptr;
}

writer writer_of(dtype type, redop op) noexcept {
    switch (type) {
        case dtype::int8: return writer_of<dtype::int8>(op);
        case dtype::uint8: return writer_of<dtype::uint8>(op);
        case dtype::int16: return writer_of<dtype::int16>(op);
        case dtype::uint16: return writer_of<dtype::uint16>(op);
        case dtype::int32: return writer_of<dtype::int32>(op);
        case dtype::uint32: return writer_of<dtype::uint32>(op);
        case dtype::int64: return writer_of<dtype::int64>(op);
        case dtype::uint64: return writer_of<dtype::uint64>(op);
        case dtype::fp8_e4m3: return writer_of<dtype::fp8_e4m3>(op);
        case dtype::fp8_e5m2: return writer_of<dtype::fp8_e5m2>(op);
        case dtype::float16: return writer_of<dtype::float16>(op);
        case dtype::bfloat16: return writer_of<dtype::bfloat16>(op);
        case dtype::float32: return writer_of<dtype::float32>(op);
        case dtype::float64: return writer_of<dtype::float64>(op);
    }
    return nullptr;
}

}  // namespace

void write_positions(const pattern_source& source, std::uint32_t position, std::uint32_t count,
                     std::byte* target) noexcept {
    if (source.deal.reducing) {
        writer_of(source.deal.type, source.deal.op)(source, position, count, target);
    } else {
        write_copy(source.deal, source.rank.value_or(0), position, count, target);
    }
}

}  // namespace railgauge
