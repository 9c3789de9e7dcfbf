#include "kernels/pattern.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/pattern_table.hpp"
#include "kernels/pattern_tolerance.hpp"
#include "kernels/readable_element.hpp"

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

std::optional<mismatch> verify(const pattern_source& source, std::uint64_t first,
                               std::span<const std::byte> actual) {
    const pattern_deal& deal = source.deal;
    const bool tolerant = !source.rank && is_tolerant(deal);
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
                found = mismatch{piece.first + i - first, 0, readable_element(deal.type, wants),
                                 readable_element(deal.type, has)};
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
    if (!target.empty()) std::memset(target.data(), poison_byte, target.size());
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
