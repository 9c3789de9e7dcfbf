#include "harness/launch/tree_frame.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace railgauge {

namespace {

struct verdict_layout {
    std::int32_t status;
    std::int32_t rank;
    std::int64_t point;
    std::uint32_t where;
    std::uint32_t failed_by_itself;
};
static_assert(std::is_trivially_copyable_v<frame_header> && sizeof(frame_header) == 16);
static_assert(std::is_trivially_copyable_v<verdict_layout> && sizeof(verdict_layout) == 24);

constexpr std::size_t most_verdict_text = 4000;

}  // namespace

header_message encode(const frame_header& header) noexcept {
    header_message message;
    std::memcpy(message.data(), &header, sizeof header);
    return message;
}

std::optional<frame_header> decode(const header_message& message, std::uint64_t limit) noexcept {
    std::uint32_t kind = 0;
    std::memcpy(&kind, message.data(), sizeof kind);
    if (kind < static_cast<std::uint32_t>(frame_kind::barrier) ||
        kind > static_cast<std::uint32_t>(frame_kind::leaving)) {
        return std::nullopt;
    }
    frame_header header;
    std::memcpy(&header, message.data(), sizeof header);
    return header.bytes <= limit ? std::optional(header) : std::nullopt;
}

std::vector<std::byte> watch_frame(frame_kind kind, std::span<const std::byte> payload) {
    payload = payload.first(std::min(payload.size(), most_watch_bytes));
    const header_message header = encode(frame_header{kind, 0, payload.size()});
    std::vector<std::byte> frame(header.size() + payload.size());
    std::memcpy(frame.data(), header.data(), header.size());
    std::ranges::copy(payload, frame.begin() + static_cast<std::ptrdiff_t>(header.size()));
    return frame;
}

std::vector<std::byte> encode_verdict(const verdict& found) {
    const verdict_layout layout{static_cast<std::int32_t>(found.status), found.rank, found.point,
                                static_cast<std::uint32_t>(found.where),
                                found.failed_by_itself ? 1u : 0u};
    const std::size_t text = std::min(found.text.size(), most_verdict_text);
    std::vector<std::byte> bytes(sizeof layout + text);
    std::memcpy(bytes.data(), &layout, sizeof layout);
    std::memcpy(bytes.data() + sizeof layout, found.text.data(), text);
    return bytes;
}

std::optional<verdict> decode_verdict(std::span<const std::byte> bytes) {
    verdict_layout layout;
    if (bytes.size() < sizeof layout || bytes.size() > sizeof layout + most_verdict_text) {
        return std::nullopt;
    }
    std::memcpy(&layout, bytes.data(), sizeof layout);
    if (layout.status <= static_cast<int>(exit_status::fine) ||
        layout.status > static_cast<int>(exit_status::unfinished) || layout.rank < -1 ||
        layout.point < -1 || layout.where > static_cast<std::uint32_t>(phase::finished)) {
        return std::nullopt;
    }
    verdict found;
    found.status = static_cast<exit_status>(layout.status);
    found.rank = layout.rank;
    found.point = layout.point;
    found.where = static_cast<phase>(layout.where);
    found.failed_by_itself = layout.failed_by_itself != 0;
    found.text = printable_text(bytes.subspan(sizeof layout), most_verdict_text);
    return found;
}

std::string printable_text(std::span<const std::byte> bytes, std::size_t limit) {
    bytes = bytes.first(std::min(bytes.size(), limit));
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (char& each : text) {
        const auto code = static_cast<unsigned char>(each);
        // Bytes of UTF-8 pass: the text may quote a path.
        if ((code < ' ' && each != '\n') || code == 0x7f) {
            each = '?';
        }
    }
    return text;
}

}  // namespace railgauge
