// What the two ends of a connection say to each other when ranks meet over TCP: first a proof, from
// both sides, that they know the job's secret, then messages that nobody else can forge. Bytes in,
// bytes out; the socket is the caller's.
//
// A frame is its length (32 bits) and that many bytes. The guest, who made the connection, sends a
// greeting and 32 random bytes; the chair answers with its own; the guest proves, then the chair:
// HMAC-SHA256 of the side's name and both numbers, with the secret as the key. Messages end with
// such a hash of their side, their number in the conversation and their content. They are not
// encrypted: nothing in them is a secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "harness/launch/job_secret.hpp"

namespace railgauge {

class meeting_channel {
public:
    enum class side : std::uint8_t { chair, guest };

    meeting_channel(side mine, const job_secret& secret);

    /// Bytes that have come. Throws capability_error for what is no such conversation, what is
    /// longer than it may be, and a proof or a message that does not hold: close the connection.
    void feed(std::string_view bytes);
    /// Whether the other side has shown that it knows the secret.
    [[nodiscard]] bool proven() const noexcept { return state_ == state::open; }
    /// This side's proof is out, and the other's has not come.
    [[nodiscard]] bool awaits_proof() const noexcept { return state_ == state::answer; }
    /// Once proven.
    void send(std::string_view message);
    /// The messages that have come, in order.
    [[nodiscard]] std::optional<std::string> next();
    /// To be sent; the caller takes from its front.
    [[nodiscard]] std::string& outgoing() noexcept { return outgoing_; }

private:
    /// What is expected next.
    enum class state : std::uint8_t { greeting, proof, answer, open };

    [[nodiscard]] std::size_t most_bytes() const noexcept;
    [[nodiscard]] digest proof_of(side whose) const;
    [[nodiscard]] digest seal_of(side whose, std::uint64_t number, std::string_view message) const;
    void frame(std::string_view bytes);
    void take(std::string_view bytes);
    void take_greeting(std::string_view bytes);
    void require_proof(side whose, std::string_view bytes) const;
    void open();

    side mine_;
    side other_;
    job_secret secret_;
    job_secret session_;
    state state_ = state::greeting;
    std::string my_number_;
    std::string others_number_;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::string incoming_;
    std::string outgoing_;
    std::deque<std::string> messages_;
};

}  // namespace railgauge
