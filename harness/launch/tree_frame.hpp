// What goes over the connections between hosts once they are proven: frames, each a header and as
// many bytes as that says.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/launch/verdict.hpp"

namespace railgauge {

enum class frame_kind : std::uint32_t {
    // On a connection for data, named after the call they belong to.
    barrier = 1,
    broadcast,
    gather,
    reduce_max,
    clock,
    // On a connection for the watch.
    alive,      ///< nothing but a sign of life
    verdict,    ///< the job has ended: encode_verdict
    told,       ///< the verdict has been printed and recorded where that is done
    suspicion,  ///< a rank is late, and it may be another host's fault: encode_verdict
    interrupt,  ///< the user wants to stop
    note,       ///< text: something to tell the user, no reason to stop
    leaving,    ///< this host's ranks have finished: silence is no fault from now on
};

struct frame_header {
    frame_kind kind;
    std::uint32_t sequence;  ///< of a group's collective calls; they must be in step
    std::uint64_t bytes;     ///< that follow
};
inline constexpr std::size_t frame_header_bytes = sizeof(frame_header);
using header_message = std::array<std::byte, frame_header_bytes>;

/// No frame of the watch is longer.
inline constexpr std::size_t most_watch_bytes = 8192;

[[nodiscard]] header_message encode(const frame_header& header) noexcept;

/// None where the kind is unknown, or more bytes are announced than `limit`.
[[nodiscard]] std::optional<frame_header> decode(const header_message& message,
                                                 std::uint64_t limit) noexcept;

/// A whole frame of the watch; what is longer than a frame may be is cut.
[[nodiscard]] std::vector<std::byte> watch_frame(frame_kind kind,
                                                 std::span<const std::byte> payload = {});

/// A verdict as bytes, at most most_watch_bytes.
[[nodiscard]] std::vector<std::byte> encode_verdict(const verdict& found);
/// None where these bytes are no verdict.
[[nodiscard]] std::optional<verdict> decode_verdict(std::span<const std::byte> bytes);

/// Text from another host: what would disturb a terminal is replaced, and it is cut to `limit`.
[[nodiscard]] std::string printable_text(std::span<const std::byte> bytes, std::size_t limit);

}  // namespace railgauge
