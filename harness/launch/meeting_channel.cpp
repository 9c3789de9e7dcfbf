#include "harness/launch/meeting_channel.hpp"

#include <cstring>
#include <span>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

constexpr std::string_view greeting = "railgauge meeting 1\n";
/// Before a side has proven itself, no more memory is spent on it.
constexpr std::size_t most_unproven = 128;
/// A rank tells of itself; rank 0's replies list the ranks of a host.
constexpr std::size_t most_from_guest = std::size_t{1} << 20;
constexpr std::size_t most_from_chair = std::size_t{1} << 28;

std::string_view text_of(const digest& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

bool same(const digest& expected, std::string_view bytes) {
    digest given{};
    if (bytes.size() != given.size()) {
        return false;
    }
    std::memcpy(given.data(), bytes.data(), given.size());
    return equal_digests(expected, given);
}

}  // namespace

meeting_channel::meeting_channel(side mine, const job_secret& secret)
    : mine_(mine),
      other_(mine == side::chair ? side::guest : side::chair),
      secret_(secret),
      my_number_(text_of(job_secret::random().bytes())) {
    if (mine_ == side::guest) {
        frame(std::string(greeting) + my_number_);
    }
}

std::size_t meeting_channel::most_bytes() const noexcept {
    return state_ != state::open  ? most_unproven
           : mine_ == side::chair ? most_from_guest
                                  : most_from_chair;
}

digest meeting_channel::proof_of(side whose) const {
    const bool of_chair = whose == side::chair;
    // Both numbers in a fixed order, so that a proof shown to one side is none for the other.
    const std::string& guests = mine_ == side::guest ? my_number_ : others_number_;
    const std::string& chairs = mine_ == side::chair ? my_number_ : others_number_;
    return secret_.sign(
        bytes_of(std::string(of_chair ? "meeting chair " : "meeting guest ") + guests + chairs));
}

digest meeting_channel::seal_of(side whose, std::uint64_t number, std::string_view message) const {
    std::string all(1, whose == side::chair ? 'c' : 'g');
    all.append(reinterpret_cast<const char*>(&number), sizeof number);
    all.append(message);
    return session_.sign(bytes_of(all));
}

void meeting_channel::frame(std::string_view bytes) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    outgoing_.append(reinterpret_cast<const char*>(&length), sizeof length);
    outgoing_.append(bytes);
}

void meeting_channel::send(std::string_view message) {
    std::string sealed(message);
    sealed.append(text_of(seal_of(mine_, sent_++, message)));
    frame(sealed);
}

std::optional<std::string> meeting_channel::next() {
    if (messages_.empty()) {
        return std::nullopt;
    }
    std::string first = std::move(messages_.front());
    messages_.pop_front();
    return first;
}

void meeting_channel::feed(std::string_view bytes) {
    incoming_.append(bytes);
    std::size_t at = 0;
    std::uint32_t length = 0;
    while (incoming_.size() - at >= sizeof length) {
        std::memcpy(&length, incoming_.data() + at, sizeof length);
        if (length > most_bytes()) {
            throw capability_error(proven() ? "a message is longer than any of railgauge's"
                                            : "what came is no greeting of railgauge");
        }
        if (incoming_.size() - at - sizeof length < length) {
            break;
        }
        take(std::string_view(incoming_).substr(at + sizeof length, length));
        at += sizeof length + length;
    }
    incoming_.erase(0, at);
}

void meeting_channel::take_greeting(std::string_view bytes) {
    constexpr std::size_t number = sizeof(digest);
    if (bytes.size() != greeting.size() + number || bytes.substr(0, greeting.size()) != greeting) {
        const bool ours = bytes.starts_with(greeting.substr(0, greeting.size() - 2));
        throw capability_error(ours ? "it greets as another version of railgauge does: install "
                                      "the same build on all hosts"
                                    : "what came is no greeting of railgauge");
    }
    others_number_ = bytes.substr(greeting.size());
}

void meeting_channel::require_proof(side whose, std::string_view bytes) const {
    if (!same(proof_of(whose), bytes)) {
        throw capability_error("it does not know the secret of this job");
    }
}

void meeting_channel::open() {
    const std::string& guests = mine_ == side::guest ? my_number_ : others_number_;
    const std::string& chairs = mine_ == side::chair ? my_number_ : others_number_;
    session_ = secret_.derive("meeting session " + guests + chairs);
    state_ = state::open;
}

void meeting_channel::take(std::string_view bytes) {
    switch (state_) {
        case state::greeting:
            take_greeting(bytes);
            if (mine_ == side::chair) {
                frame(std::string(greeting) + my_number_);
                state_ = state::proof;
            } else {
                frame(text_of(proof_of(side::guest)));
                state_ = state::answer;
            }
            return;
        case state::proof:
            require_proof(side::guest, bytes);
            frame(text_of(proof_of(side::chair)));
            open();
            return;
        case state::answer:
            require_proof(side::chair, bytes);
            open();
            return;
        case state::open: break;
    }
    if (bytes.size() < sizeof(digest)) {
        throw capability_error("a message is too short to be railgauge's");
    }
    const std::string_view message = bytes.substr(0, bytes.size() - sizeof(digest));
    if (!same(seal_of(other_, received_, message), bytes.substr(message.size()))) {
        throw capability_error("a message was changed on its way");
    }
    ++received_;
    messages_.emplace_back(message);
}

}  // namespace railgauge
