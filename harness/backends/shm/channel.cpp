#include "harness/backends/shm/channel.hpp"

namespace railgauge::shm {

std::uint64_t link::await(slot& line, std::uint32_t number) noexcept {
    std::uint64_t header = 0;
    wait_until(policy_, *mine_, [&] {
        header = line.header.load(std::memory_order_acquire);
        return static_cast<std::uint32_t>(header) == number;
    });
    return header;
}

bool link::poll_acknowledged(std::uint64_t number) noexcept {
    note_acknowledged(out_->consumed.value.load(std::memory_order_acquire));
    // The peer may have said it in messages that this side will receive only later.
    for (std::uint64_t next = received_; next < received_ + ring_slots; ++next) {
        const std::uint64_t header =
            in_->slots[next % ring_slots].header.load(std::memory_order_acquire);
        if (static_cast<std::uint32_t>(header) != static_cast<std::uint32_t>(next + 1)) {
            break;
        }
        note_acknowledged(static_cast<std::uint32_t>(header >> 32));
    }
    return acknowledged_ >= number;
}

void link::await_acknowledged(std::uint64_t number) noexcept {
    if (acknowledged_ < number) {
        wait_until(policy_, *mine_, [&] { return poll_acknowledged(number); });
    }
}

}  // namespace railgauge::shm
