#include "harness/launch/handshake.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

namespace railgauge {

namespace {

/// "railtree" as the processor writes it: another byte order reads as another magic.
constexpr std::uint64_t tree_magic = 0x7261696c74726565;
constexpr std::size_t magic_bytes = sizeof tree_magic;

struct hello_layout {
    std::uint64_t magic;
    std::uint32_t protocol;
    std::uint32_t purpose;
    std::uint64_t job;
    std::int32_t host;
    std::int32_t rank;
    std::int64_t pid;
    std::array<char, 48> version;
    std::array<char, 72> host_name;
    digest nonce;
    std::array<char, 64> unused;
};
static_assert(sizeof(hello_layout) == hello_bytes && std::is_trivially_copyable_v<hello_layout>);

template <std::size_t Size>
void put(std::array<char, Size>& into, std::string_view text) noexcept {
    std::memcpy(into.data(), text.data(), std::min(text.size(), Size - 1));
}

/// False where the text does not end, or holds what would disturb a terminal.
template <std::size_t Size>
bool get(const std::array<char, Size>& from, std::string& text) {
    const auto end = std::find(from.begin(), from.end(), '\0');
    text.assign(from.begin(), end);
    return end != from.end() &&
           std::all_of(from.begin(), end, [](char each) { return each >= ' ' && each <= '~'; });
}

/// Signed without the nonces' help: the number must be the same on both sides.
std::uint64_t number_of_job(const job_secret& secret) {
    const digest name = secret.derive("the job's number").bytes();
    std::uint64_t number = 0;
    std::memcpy(&number, name.data(), sizeof number);
    return number;
}

}  // namespace

hello_message encode(const hello& said) {
    hello_layout layout{};
    layout.magic = tree_magic;
    layout.protocol = said.protocol;
    layout.purpose = static_cast<std::uint32_t>(said.purpose);
    layout.job = said.job;
    layout.host = said.host;
    layout.rank = said.rank;
    layout.pid = said.pid;
    put(layout.version, said.version);
    put(layout.host_name, said.host_name);
    layout.nonce = said.nonce;
    hello_message message;
    std::memcpy(message.data(), &layout, sizeof layout);
    return message;
}

std::string decode(const hello_message& message, hello& into) {
    hello_layout layout;
    std::memcpy(&layout, message.data(), sizeof layout);
    if (layout.magic != tree_magic) {
        return "what it sent is not from railgauge";
    }
    const bool known_purpose = layout.purpose == static_cast<std::uint32_t>(link_purpose::data) ||
                               layout.purpose == static_cast<std::uint32_t>(link_purpose::watch);
    if (!get(layout.version, into.version) || !get(layout.host_name, into.host_name) ||
        layout.host < 0 || layout.rank < 0 ||
        (!known_purpose && layout.protocol == tree_protocol)) {
        return "its hello makes no sense";
    }
    into.protocol = layout.protocol;
    into.purpose = known_purpose ? static_cast<link_purpose>(layout.purpose) : link_purpose::data;
    into.job = layout.job;
    into.host = layout.host;
    into.rank = layout.rank;
    into.pid = layout.pid;
    into.nonce = layout.nonce;
    return "";
}

handshake::handshake(side which, const job_secret& secret, hello mine)
    : side_(which), secret_(secret), mine_(std::move(mine)) {
    mine_.protocol = tree_protocol;
    mine_.job = number_of_job(secret);
    mine_.nonce = job_secret::random().bytes();
    mine_message_ = encode(mine_);
    if (side_ == side::connecting) {
        send(mine_message_);
    }
}

void handshake::send(std::span<const std::byte> data) {
    output_.insert(output_.end(), data.begin(), data.end());
}

std::vector<std::byte> handshake::give() {
    return std::exchange(output_, {});
}

void handshake::refuse(std::string why) {
    refusal_ = std::move(why);
    over_ = true;
}

digest handshake::proof_of(side who) const {
    const bool mine_first = side_ == side::connecting;
    const hello_message& first = mine_first ? mine_message_ : peer_message_;
    const hello_message& second = mine_first ? peer_message_ : mine_message_;
    // Says whose proof it is, so that nobody can answer with what he was sent.
    std::vector<std::byte> both(1, static_cast<std::byte>(who == side::connecting ? 'c' : 'a'));
    both.insert(both.end(), first.begin(), first.end());
    both.insert(both.end(), second.begin(), second.end());
    return secret_.sign(both);
}

void handshake::take(std::span<const std::byte> received) {
    if (over_) {
        return;
    }
    if (received.size() != wants_) {
        refuse("the connection ended in the middle of the handshake");
        return;
    }
    switch (step_) {
        case step::magic: {
            std::memcpy(peer_message_.data(), received.data(), magic_bytes);
            std::uint64_t magic = 0;
            std::memcpy(&magic, received.data(), sizeof magic);
            if (magic != tree_magic) {
                refuse("what it sent is not from railgauge");
            }
            step_ = step::rest_of_hello;
            wants_ = hello_bytes - magic_bytes;
            return;
        }
        case step::rest_of_hello: {
            std::memcpy(peer_message_.data() + magic_bytes, received.data(), received.size());
            if (std::string why = decode(peer_message_, peer_); !why.empty()) {
                refuse(std::move(why));
            } else if (peer_.job != mine_.job) {
                refuse("it does not know this job's secret (it says that it is of another job)");
            } else if (side_ == side::accepting) {
                send(mine_message_);
            } else {
                send(proof_of(side::connecting));
            }
            step_ = step::proof;
            wants_ = sizeof(digest);
            return;
        }
        case step::proof: {
            digest shown;
            std::memcpy(shown.data(), received.data(), shown.size());
            const side other = side_ == side::accepting ? side::connecting : side::accepting;
            if (!equal_digests(shown, proof_of(other))) {
                refuse("it does not know this job's secret");
                return;
            }
            if (side_ == side::accepting) {
                send(proof_of(side::accepting));
            }
            proven_ = true;
            over_ = true;
            return;
        }
    }
}

}  // namespace railgauge
