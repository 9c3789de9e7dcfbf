// The texts that processes of a host write onto their board for each other. All of it lies in
// shared memory, zeroed at first; what is written once is published by an atomic.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "harness/launch/verdict.hpp"

namespace railgauge {

/// Zero-terminated; cut to what there is room for.
template <std::size_t Size>
void copy_to_board(std::array<char, Size>& to, std::string_view text) noexcept {
    const std::size_t count = std::min(text.size(), Size - 1);
    std::memcpy(to.data(), text.data(), count);
    to[count] = '\0';
}

/// Which of the job's hosts this is.
struct board_place {
    std::atomic<std::int32_t> host;
    std::atomic<std::int32_t> hosts;        ///< 0: not said yet
    std::atomic<std::uint32_t> named;       ///< 0 no name, 1 being written, 2 there
    std::atomic<std::int32_t> waiting_for;  ///< 1 + the host that the leader waits for; 0: none
    std::array<char, 72> text;

    void set(int which, int of, std::string_view name) noexcept;
    /// What gethostname says where nobody has set one.
    [[nodiscard]] std::string name() const;
};

/// A verdict's fields; written once, published by the header's verdict_state.
struct board_verdict {
    std::atomic<std::int32_t> status;
    std::int32_t rank;
    std::int64_t point;
    phase where;
    std::uint32_t failed_by_itself;
    std::uint32_t tell_here;
    std::array<char, 4096> text;

    void set(const verdict& found) noexcept;
    [[nodiscard]] verdict get() const;
};

/// What hosts that have a late rank, but no proof against it, tell host 0, which judges them
/// together. The first few are kept.
struct board_suspicions {
    static constexpr std::uint32_t room = 8;

    std::atomic<std::uint32_t> count;
    std::array<std::atomic<std::uint32_t>, room> ready;
    std::array<board_verdict, room> each;

    void add(const verdict& suspected) noexcept;
    [[nodiscard]] std::vector<verdict> all() const;
};

struct board_notes {
    static constexpr std::uint32_t room = 32;

    std::atomic<std::uint32_t> count;
    std::array<std::atomic<std::uint32_t>, room> ready;
    std::array<std::array<char, 256>, room> text;

    void add(std::string_view note) noexcept;
    [[nodiscard]] std::vector<std::string> from(std::size_t first) const;
};

}  // namespace railgauge
