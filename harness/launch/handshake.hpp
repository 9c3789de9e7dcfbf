// How the two ends of a connection prove to each other that they belong to the same job.
//
// Both sides say hello, with a number that has never been used before; then each signs both hellos
// with the job's secret, the side that connected first. Nobody who lacks the secret gets further,
// learns it, or can use again what he overheard. What goes wrong afterwards (another version) is
// said only to those who proved themselves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/launch/job_secret.hpp"

namespace railgauge {

/// What a connection is for.
enum class link_purpose : std::uint32_t {
    data = 1,   ///< collective calls
    watch = 2,  ///< signs of life and verdicts
};

/// What one side says of itself.
struct hello {
    std::uint32_t protocol = 0;
    link_purpose purpose = link_purpose::data;
    std::uint64_t job = 0;  ///< tells jobs apart; no secret
    std::int32_t host = 0;
    std::int32_t rank = 0;
    std::int64_t pid = 0;
    std::string version;    ///< of railgauge; cut to 47 characters
    std::string host_name;  ///< cut to 71 characters
    digest nonce{};
};

/// The protocol of this railgauge: what its connections say once they have proven themselves.
inline constexpr std::uint32_t tree_protocol = 1;
/// Hellos keep this size and order in all versions, so that versions can tell each other apart.
inline constexpr std::size_t hello_bytes = 256;
using hello_message = std::array<std::byte, hello_bytes>;

[[nodiscard]] hello_message encode(const hello& said);

/// Why a message is no hello; empty where `into` has been filled.
[[nodiscard]] std::string decode(const hello_message& message, hello& into);

/// One side of the handshake, without a socket: says what it wants to read and what to send.
class handshake {
public:
    enum class side { connecting, accepting };

    /// `mine` gets a fresh nonce, the protocol and the job's number.
    handshake(side which, const job_secret& secret, hello mine);

    /// How many bytes `take` wants next; 0 once the handshake is over.
    [[nodiscard]] std::size_t wants() const noexcept { return over_ ? 0 : wants_; }
    /// Exactly as many bytes as wanted.
    void take(std::span<const std::byte> received);
    /// What is to be sent now, before the next bytes are read; empty afterwards.
    [[nodiscard]] std::vector<std::byte> give();

    /// The other side knows the secret.
    [[nodiscard]] bool proven() const noexcept { return proven_; }
    /// Why it is over without proof.
    [[nodiscard]] const std::string& refusal() const noexcept { return refusal_; }
    /// What the other side said; of a proven one only this is to be believed.
    [[nodiscard]] const hello& peer() const noexcept { return peer_; }

private:
    enum class step { magic, rest_of_hello, proof };

    void refuse(std::string why);
    void send(std::span<const std::byte> data);
    [[nodiscard]] digest proof_of(side who) const;

    side side_;
    const job_secret& secret_;
    hello mine_;
    hello_message mine_message_;
    hello peer_;
    hello_message peer_message_{};
    std::vector<std::byte> output_;
    step step_ = step::magic;
    std::size_t wants_ = 8;
    bool over_ = false;
    bool proven_ = false;
    std::string refusal_;
};

}  // namespace railgauge
