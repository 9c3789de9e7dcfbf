#include "harness/measure/gather_texts.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace railgauge {
namespace {

constexpr std::size_t most_piece_bytes = 64 << 10;
constexpr std::size_t least_piece_bytes = 256;
constexpr std::size_t most_round_bytes = 16 << 20;  // all ranks' pieces together

}  // namespace

std::vector<std::string> gather_texts(world& group, const std::string& mine) {
    const bool root = group.rank() == 0;
    const auto ranks = static_cast<std::size_t>(group.size());
    const std::uint64_t size = mine.size();
    std::vector<std::uint64_t> sizes(root ? ranks : 0);
    group.gather(std::as_bytes(std::span(&size, 1)), std::as_writable_bytes(std::span(sizes)), 0);
    std::uint64_t longest = root ? *std::ranges::max_element(sizes) : 0;
    broadcast_value(group, longest);

    const std::size_t piece_bytes =
        std::clamp(most_round_bytes / ranks, least_piece_bytes, most_piece_bytes);
    std::vector<std::string> texts(root ? ranks : 0);
    std::vector<std::byte> piece(piece_bytes);
    std::vector<std::byte> pieces(root ? ranks * piece_bytes : 0);
    for (std::size_t begin = 0; begin < longest; begin += piece_bytes) {
        if (begin < mine.size()) {
            std::memcpy(piece.data(), mine.data() + begin,
                        std::min(piece_bytes, mine.size() - begin));
        }
        group.gather(piece, pieces, 0);
        for (std::size_t rank = 0; rank < texts.size(); ++rank) {
            if (begin >= sizes[rank]) continue;
            const auto* from = reinterpret_cast<const char*>(pieces.data() + rank * piece_bytes);
            texts[rank].append(from, std::min<std::uint64_t>(piece_bytes, sizes[rank] - begin));
        }
    }
    return texts;
}

}  // namespace railgauge
