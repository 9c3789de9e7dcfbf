// Where messages lie that ranks put into each other's memory.
#pragma once

#include <ucp/api/ucp.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace railgauge::ucx {

/// One rank's mailbox, the same layout in all: for each sender so many slots, then for each rank a
/// word in which it says that it has read all of this rank's messages. Each slot begins with the
/// word of its signal. Short data follows in the same cache line, which then moves once; longer
/// data begins with a line of its own.
struct mailbox_layout {
    std::int32_t ranks = 1;
    std::uint64_t messages = 1;       ///< from one rank to another in an execution, at most
    std::uint64_t longest_bytes = 0;  ///< of a message

    [[nodiscard]] std::uint64_t data_offset() const { return longest_bytes <= line - 8 ? 8 : line; }
    [[nodiscard]] std::uint64_t pitch() const {
        return (data_offset() + longest_bytes + line - 1) / line * line;
    }
    [[nodiscard]] std::uint64_t slot(int sender, std::uint64_t number) const {
        return (static_cast<std::uint64_t>(sender) * messages + number) * pitch();
    }
    [[nodiscard]] std::uint64_t receipt(int reader) const {
        return slot(ranks, 0) + static_cast<std::uint64_t>(reader) * line;
    }
    [[nodiscard]] std::uint64_t bytes() const { return receipt(ranks); }

    static constexpr std::uint64_t line = 64;
};

/// Each rank's mailbox as this rank reaches it.
struct mailbox_set {
    struct mailbox {
        std::byte* address = nullptr;  ///< in its rank
        ucp_rkey_h key = nullptr;      ///< null for this rank's own
    };
    mailbox_layout layout;
    std::vector<mailbox> of;  ///< by rank
};

}  // namespace railgauge::ucx
