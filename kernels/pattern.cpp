#include "kernels/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "kernels/pattern_table.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_chunk_bytes = 8192;

/// Gives the expected bytes piece by piece, each within one chunk: from a table of two periods
/// when the range is long, computed for the piece when it is short.
class piece_reader {
public:
    piece_reader(const pattern_source& source, std::uint64_t first, std::uint64_t count)
        : source_(source), element_(first), left_(count) {
        const pattern_deal& deal = source_.deal;
        tabled_ = count > 2ull * deal.period;
        if (!tabled_) return;
        write_positions(source_, 0, deal.period, buffer_.data());
        const std::size_t bytes = std::size_t{deal.period} * deal.size;
        std::memcpy(buffer_.data() + bytes, buffer_.data(), bytes);
    }

    struct piece {
        const std::byte* bytes;
        std::uint64_t first;     ///< its first element
        std::uint32_t position;  ///< of that element; the others follow, modulo the period
        std::uint32_t count;     ///< elements; 0 at the end
    };

    piece next() noexcept {
        const pattern_deal& deal = source_.deal;
        const auto inside = static_cast<std::uint32_t>(element_ % deal.period);
        const std::uint32_t position = position_of(deal, element_);
        piece result{
            buffer_.data(), element_, position,
            static_cast<std::uint32_t>(std::min<std::uint64_t>(deal.period - inside, left_))};
        if (tabled_) {
            result.bytes += std::size_t{position} * deal.size;
        } else {
            const std::uint32_t straight = std::min(result.count, deal.period - position);
            write_positions(source_, position, straight, buffer_.data());
            write_positions(source_, 0, result.count - straight,
                            buffer_.data() + std::size_t{straight} * deal.size);
        }
        element_ += result.count;
        left_ -= result.count;
        return result;
    }

private:
    const pattern_source& source_;
    std::uint64_t element_;
    std::uint64_t left_;
    bool tabled_;
    alignas(64) std::array<std::byte, 2 * most_chunk_bytes> buffer_;
};

void fill(const pattern_source& source, std::uint64_t first, std::span<std::byte> target) {
    const std::uint32_t size = source.deal.size;
    piece_reader pieces(source, first, target.size() / size);
    std::byte* to = target.data();
    for (auto piece = pieces.next(); piece.count != 0; piece = pieces.next()) {
        const std::size_t bytes = std::size_t{piece.count} * size;
        std::memcpy(to, piece.bytes, bytes);
        to += bytes;
    }
}

std::uint64_t bits_at(const std::byte* element, std::uint32_t size) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, element, size);
    return bits;
}

/// Integers as such; floating point as the shortest decimal that reads back to the same value, and
/// the bits, which tell NaNs and zeros apart.
std::string readable(dtype type, std::uint64_t bits) {
    switch (type) {
        case dtype::int8:
            return fmt::format("{}", static_cast<int>(static_cast<std::int8_t>(bits)));
        case dtype::int16: return fmt::format("{}", static_cast<std::int16_t>(bits));
        case dtype::int32: return fmt::format("{}", static_cast<std::int32_t>(bits));
        case dtype::int64: return fmt::format("{}", static_cast<std::int64_t>(bits));
        case dtype::fp8_e4m3:
        case dtype::fp8_e5m2:
            return fmt::format("{} (0x{:02x})", static_cast<float>(number_of(type, bits)), bits);
        case dtype::float16:
        case dtype::bfloat16:
            return fmt::format("{} (0x{:04x})", static_cast<float>(number_of(type, bits)), bits);
        case dtype::float32:
            return fmt::format("{} (0x{:08x})", static_cast<float>(number_of(type, bits)), bits);
        case dtype::float64: return fmt::format("{} (0x{:016x})", number_of(type, bits), bits);
        default: return fmt::format("{}", bits);
    }
}

/// Half of a unit in the last place of 1, and half of the least subnormal number where a quotient
/// can come near it.
struct rounding {
    double unit;
    double least;
};

rounding rounding_of(dtype type) noexcept {
    switch (type) {
        case dtype::fp8_e4m3: return {0x1p-4, 0x1p-10};
        case dtype::fp8_e5m2: return {0x1p-3, 0x1p-17};
        case dtype::float16: return {0x1p-11, 0x1p-25};
        case dtype::bfloat16: return {0x1p-8, 0};
        case dtype::float32: return {0x1p-24, 0};
        default: return {0x1p-53, 0};
    }
}

/// The tolerance of pattern.hpp.
bool close_to_average(const pattern_deal& deal, std::uint32_t position,
                      std::uint64_t got) noexcept {
    const auto total = static_cast<double>(combined_value(deal, position_hash(deal, position)));
    const double average = total / deal.ranks;
    const auto [unit, least] = rounding_of(deal.type);
    const double steps = deal.slots + 2.0;
    const double allowed = steps * (unit * std::fabs(average) + least) + least * std::fabs(total);
    return std::fabs(number_of(deal.type, got) - average) <= allowed;  // false for NaN
}

bool is_tolerant(const pattern_source& source) noexcept {
    const pattern_deal& deal = source.deal;
    return !source.rank && deal.op == redop::avg && is_floating(deal.type);
}

std::optional<mismatch> verify(const pattern_source& source, std::uint64_t first,
                               std::span<const std::byte> actual) {
    const pattern_deal& deal = source.deal;
    const bool tolerant = is_tolerant(source);
    piece_reader pieces(source, first, actual.size() / deal.size);
    std::optional<mismatch> found;
    const std::byte* got = actual.data();
    for (auto piece = pieces.next(); piece.count != 0; piece = pieces.next()) {
        const std::size_t bytes = std::size_t{piece.count} * deal.size;
        const std::byte* const start = got;
        got += bytes;
        if (std::memcmp(start, piece.bytes, bytes) == 0) continue;
        for (std::uint32_t i = 0; i < piece.count; ++i) {
            const std::uint64_t has = bits_at(start + std::size_t{i} * deal.size, deal.size);
            const std::uint64_t wants =
                bits_at(piece.bytes + std::size_t{i} * deal.size, deal.size);
            if (has == wants) continue;
            if (tolerant && close_to_average(deal, (piece.position + i) % deal.period, has)) {
                continue;
            }
            if (!found) {
                found = mismatch{piece.first + i - first, 0, readable(deal.type, wants),
                                 readable(deal.type, has)};
            }
            ++found->wrong;
        }
    }
    return found;
}

pattern_source contribution_of(const data_pattern& pattern, std::int32_t rank) noexcept {
    return {make_deal(pattern), static_cast<std::uint32_t>(rank)};
}

}  // namespace

void fill_pattern(const data_pattern& pattern, std::int32_t rank, std::uint64_t first,
                  std::span<std::byte> target) {
    fill(contribution_of(pattern, rank), first, target);
}

void fill_expected(const data_pattern& pattern, std::uint64_t first, std::span<std::byte> target) {
    fill({make_deal(pattern), std::nullopt}, first, target);
}

void fill_poison(std::span<std::byte> target) noexcept {
    // As int8 -127, as floating point tiny: no reduction's result in those types.
    if (!target.empty()) std::memset(target.data(), 0x81, target.size());
}

std::optional<mismatch> verify_pattern(const data_pattern& pattern, std::int32_t rank,
                                       std::uint64_t first, std::span<const std::byte> actual) {
    return verify(contribution_of(pattern, rank), first, actual);
}

std::optional<mismatch> verify_expected(const data_pattern& pattern, std::uint64_t first,
                                        std::span<const std::byte> actual) {
    return verify({make_deal(pattern), std::nullopt}, first, actual);
}

}  // namespace railgauge
