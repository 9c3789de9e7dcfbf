// Fuzz target: what a stranger, or a broken peer, may send over a connection between hosts: the
// handshake from either side, headers of frames, and verdicts.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "harness/launch/handshake.hpp"
#include "harness/launch/tree_frame.hpp"

namespace {

using railgauge::handshake;

void shake(handshake::side which, std::span<const std::byte> input) {
    static const railgauge::job_secret secret = railgauge::job_secret::random();
    railgauge::hello mine;
    mine.host_name = "here";
    handshake shaking(which, secret, mine);
    (void)shaking.give();
    while (shaking.wants() != 0 && input.size() >= shaking.wants()) {
        const std::size_t count = shaking.wants();
        shaking.take(input.first(count));
        (void)shaking.give();
        input = input.subspan(count);
    }
    // Nobody guesses a secret.
    if (shaking.proven()) std::abort();
}

void read_frames(std::span<const std::byte> input) {
    railgauge::header_message message;
    while (input.size() >= message.size()) {
        std::copy_n(input.begin(), message.size(), message.begin());
        input = input.subspan(message.size());
        const auto header = railgauge::decode(message, railgauge::most_watch_bytes);
        if (!header) return;
        if (header->bytes > railgauge::most_watch_bytes) std::abort();
        const auto payload = input.first(std::min<std::size_t>(input.size(), header->bytes));
        if (const auto found = railgauge::decode_verdict(payload)) {
            const auto again = railgauge::decode_verdict(railgauge::encode_verdict(*found));
            if (!again || again->text != found->text || again->rank != found->rank) std::abort();
        }
        input = input.subspan(payload.size());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span input(reinterpret_cast<const std::byte*>(data), size);
    shake(handshake::side::accepting, input);
    shake(handshake::side::connecting, input);
    read_frames(input);
    railgauge::hello read;
    railgauge::hello_message message{};
    std::copy_n(input.begin(), std::min(input.size(), message.size()), message.begin());
    (void)railgauge::decode(message, read);
    return 0;
}
