#include "harness/backends/ucx/build_program.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "harness/backends/ucx/mail_writer.hpp"
#include "harness/backends/ucx/program_writer.hpp"

namespace railgauge::ucx {
namespace {

/// Up to here the slots together are small enough for a core's own cache.
constexpr std::uint64_t cached_bounce_bytes = std::uint64_t{1} << 20;

/// One message of UCX: a part of a transfer.
struct chunk {
    const transfer* from = nullptr;
    std::uint64_t first = 0;  ///< element of the transfer
    std::uint64_t count = 0;
    std::uint32_t number = 0;   ///< of tag_of
    std::uint32_t ordinal = 0;  ///< within its message
};

/// A step of the program in the order that all ranks share: iterations of rounds, and within one
/// the chunks of a message.
struct place {
    std::uint32_t turn = 0;
    std::uint32_t ordinal = 0;
    std::uint32_t step = 0;

    [[nodiscard]] bool before(const place& other) const {
        return std::tie(turn, ordinal) < std::tie(other.turn, other.ordinal);
    }
};

class builder {
public:
    explicit builder(const build_request& request)
        : request_(request),
          element_(size_of(request.spec->type)),
          sent_(static_cast<std::size_t>(request.ranks)),
          received_(static_cast<std::size_t>(request.ranks)),
          writer_(request.spec->type, request.spec->op, usable_bounce(), slot_bytes()),
          mail_(request, writer_) {}

    program build() {
        auto rest = request_.transfers;
        while (!rest.empty()) {
            // Consecutive messages of a round in one direction.
            const transfer& head = rest.front();
            const auto end = std::ranges::find_if(rest, [&head](const transfer& t) {
                return t.way != head.way || t.round != head.round;
            });
            const auto length = static_cast<std::size_t>(end - rest.begin());
            add_group(rest.first(length));
            rest = rest.subspan(length);
        }
        if (request_.most_sends != 0) {
            hold_back();
        }
        if (request_.mail != nullptr) {
            mail_.acknowledge();
        }
        return writer_.finish();
    }

private:
    [[nodiscard]] bool barrier() const { return request_.spec->kind == operation_kind::barrier; }

    [[nodiscard]] std::uint64_t chunk_elements(const transfer& of) const {
        if (takes_window(request_.spec->kind)) {
            return request_.spec->count;
        }
        std::uint64_t bytes = request_.chunk_bytes == 0 ? UINT64_MAX : request_.chunk_bytes;
        if (of.what == action::reduce) {
            bytes = std::min(bytes, most_reduced_bytes);
        }
        return std::max<std::uint64_t>(1, bytes / element_);
    }

    [[nodiscard]] std::size_t slot_bytes() const {
        std::uint64_t longest = 1;
        for (const transfer& t : request_.transfers) {
            if (t.way == message::direction::receive && t.what == action::reduce) {
                longest = std::max(longest, std::min(t.count, chunk_elements(t)) * element_);
            }
        }
        return (longest + 63) / 64 * 64;
    }

    [[nodiscard]] std::span<std::byte> usable_bounce() const {
        const std::uint64_t bytes = std::max<std::uint64_t>(cached_bounce_bytes, 4 * slot_bytes());
        return request_.bounce.first(std::min<std::uint64_t>(bytes, request_.bounce.size()));
    }

    /// The first chunks of all messages come first, then the second ones: what follows a round can
    /// begin with its first chunk as soon as that is there from everybody.
    void add_group(std::span<const transfer> group) {
        std::vector<chunk> chunks;
        std::uint32_t ordinal = 0;
        for (const transfer& t : group) {
            if (t.way == message::direction::local) {
                add_local(t);
                continue;
            }
            if (t.count > 0 || barrier()) {
                cut(t, ordinal, chunks);
            }
            if (t.ends_message) {
                ordinal = 0;
            }
        }
        std::ranges::stable_sort(chunks, {}, &chunk::ordinal);
        const bool sends = group.front().way == message::direction::send;
        turn_ += sends ? 1 : 0;
        if (sends && (barrier() || request_.spec->kind == operation_kind::ping_pong)) {
            writer_.order();
        }
        for (const chunk& one : chunks) {
            sends ? add_send(one) : add_receive(one);
        }
    }

    void cut(const transfer& t, std::uint32_t& ordinal, std::vector<chunk>& chunks) {
        auto& number =
            (t.way == message::direction::send ? sent_
                                               : received_)[static_cast<std::size_t>(t.peer)];
        const std::uint64_t most = chunk_elements(t);
        std::uint64_t first = 0;
        do {
            const std::uint64_t count = std::min(most, t.count - first);
            chunks.push_back({&t, first, count, number++, ordinal++});
            first += count;
        } while (first < t.count);
    }

    [[nodiscard]] std::byte* address(space where, std::uint64_t offset) const {
        return request_.spaces[static_cast<std::size_t>(where)] + offset * element_;
    }

    void add_send(const chunk& one) {
        const transfer& t = *one.from;
        const std::byte* const source = address(t.source_space, t.source_offset + one.first);
        const std::uint64_t bytes = one.count * element_;
        const std::uint32_t index =
            request_.mail != nullptr
                ? mail_.post(t.peer, one.number, source, bytes)
                : writer_.send(request_.endpoint(t.peer),
                               tag_of(request_.rank, request_.operation, one.number), source,
                               bytes);
        sends_.push_back({turn_, one.ordinal, index});
    }

    void add_receive(const chunk& one) {
        const transfer& t = *one.from;
        const ucp_tag_t tag = tag_of(t.peer, request_.operation, one.number);
        std::byte* const target = address(t.target_space, t.target_offset + one.first);
        std::uint32_t index = 0;
        if (request_.mail != nullptr) {
            index = mail_.collect(t.peer, one.number, t.what, target, one.count);
        } else if (t.what == action::reduce && one.count > 0) {
            index = writer_.receive_reduce(tag, target, one.count);
        } else {
            index = writer_.receive(tag, target, one.count * element_);
        }
        receives_.push_back({turn_, one.ordinal, index});
    }

    /// Sends wait until only so many of the sends, and of the receives, that come before them are
    /// left. A rank that is ahead of the one it receives from would serve the next one too soon,
    /// which then has two at a time. What is waited for comes earlier in the ranks' common order,
    /// so nobody waits in a circle.
    void hold_back() {
        auto received = receives_.begin();
        for (std::size_t i = 0; i < sends_.size(); ++i) {
            if (i >= request_.most_sends) {
                writer_.after(sends_[i].step, sends_[i - request_.most_sends].step);
            }
            while (received != receives_.end() && received->before(sends_[i])) {
                ++received;
            }
            if (received - receives_.begin() >= request_.most_sends) {
                writer_.after(sends_[i].step, (received - request_.most_sends)->step);
            }
        }
    }

    void add_local(const transfer& t) {
        std::byte* const target = address(t.target_space, t.target_offset);
        const std::byte* const source = address(t.source_space, t.source_offset);
        if (t.what == action::copy) {
            writer_.copy(target, source, t.count * element_);
        } else {
            writer_.reduce(target, source, t.count);
        }
    }

    const build_request& request_;
    std::uint64_t element_;
    std::vector<std::uint32_t> sent_;
    std::vector<std::uint32_t> received_;
    std::uint32_t turn_ = 0;
    std::vector<place> sends_;
    std::vector<place> receives_;
    program_writer writer_;
    mail_writer mail_;
};

}  // namespace

program build_program(const build_request& request) {
    return builder(request).build();
}

program build_one_sided(const build_request& request, std::byte* remote, ucp_rkey_h key) {
    const operation_spec& spec = *request.spec;
    program_writer writer(spec.type, spec.op, request.bounce, 64);
    if (!takes_part(spec.kind, request.rank, request.ranks)) {
        return writer.finish();
    }
    const int peer = request.rank ^ 1;
    const ucp_ep_h to = request.endpoint(peer);
    const ucp_tag_t outgoing = tag_of(request.rank, request.operation, 0);
    const ucp_tag_t incoming = tag_of(peer, request.operation, 0);
    if (request.rank % 2 == 1) {
        writer.send(to, outgoing, nullptr, 0);
        writer.receive(incoming, nullptr, 0);
        return writer.finish();
    }
    writer.receive(incoming, nullptr, 0);
    writer.order();
    const std::uint64_t bytes = spec.count * size_of(spec.type);
    const bool puts = spec.kind == operation_kind::put;
    for (int i = 0; i < spec.window && bytes > 0; ++i) {
        const std::uint64_t at = static_cast<std::uint64_t>(i) * bytes;
        if (puts) {
            writer.put(to, request.spaces[0] + at, bytes, remote + at, key);
        } else {
            writer.get(to, request.spaces[1] + at, bytes, remote + at, key);
        }
    }
    if (puts) {
        writer.order();
        writer.flush(to);
    }
    writer.order();
    writer.send(to, outgoing, nullptr, 0);
    return writer.finish();
}

}  // namespace railgauge::ucx
