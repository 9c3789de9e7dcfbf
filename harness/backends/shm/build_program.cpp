#include "harness/backends/shm/build_program.hpp"

#include <algorithm>
#include <functional>

namespace railgauge::shm {

namespace {

/// Copies below this stay in the caches whatever the operation's size: not worth streaming.
constexpr std::uint64_t stream_from_bytes = 64 * 1024;

/// What a rank must remember about a peer for the acknowledgements at the end.
struct peer_traffic {
    std::uint64_t sends = 0;
    std::uint64_t last_read_send = 0;  ///< number of the last send whose data the peer reads here
    bool owes_acknowledgement = false;
};

class builder {
public:
    explicit builder(const build_request& request)
        : request_(request),
          element_(size_of(request.spec->type)),
          traffic_(request.spaces.size()) {
        made_.type = request.spec->type;
        made_.op = request.spec->op;
        made_.ranks = static_cast<std::int32_t>(request.spaces.size());
    }

    program build() {
        auto rest = request_.transfers;
        while (!rest.empty()) {
            const auto last = std::find_if(rest.begin(), rest.end(),
                                           [](const transfer& t) { return t.ends_message; });
            const auto pieces = last == rest.end()
                                    ? rest.size()
                                    : static_cast<std::size_t>(last - rest.begin()) + 1;
            add_message(rest.first(pieces));
            rest = rest.subspan(pieces);
        }
        add_acknowledgements();
        return std::move(made_);
    }

private:
    using message_pieces = std::span<const transfer>;

    void add_message(message_pieces pieces) {
        std::uint64_t bytes = 0;
        for (const transfer& t : pieces) {
            bytes += t.count * element_;
        }
        const transfer& head = pieces.front();
        switch (head.way) {
            case message::direction::local: move_pieces(pieces); break;
            case message::direction::send: add_send(pieces, bytes); break;
            case message::direction::receive: add_receive(pieces, bytes); break;
        }
    }

    static bool in_cell(const transfer& head, std::uint64_t bytes) {
        return !head.put && bytes <= cell_bytes;
    }

    void add_send(message_pieces pieces, std::uint64_t bytes) {
        const transfer& head = pieces.front();
        peer_traffic& traffic = traffic_[static_cast<std::size_t>(head.peer)];
        ++traffic.sends;
        instruction made{.to = link_to(head.peer)};
        if (bytes == 0) {
            made.code = opcode::send;
        } else if (bytes <= inline_bytes || in_cell(head, bytes)) {
            made.code = bytes > inline_bytes ? opcode::send_cell
                        : pieces.size() == 1 ? opcode::send_inline
                                             : opcode::send_pieces;
            made.source = source_of(pieces.front());
            made.amount = bytes;
            if (made.code != opcode::send_inline) {
                made.pieces = add_pieces(pieces, &builder::source_of);
            }
        } else if (head.put) {
            move_pieces(pieces);
            made.code = opcode::send;
        } else {
            made.code = opcode::send;
            announce(made, pieces);
            traffic.last_read_send = traffic.sends;
        }
        traffic.owes_acknowledgement = false;
        made_.instructions.push_back(made);
    }

    void add_receive(message_pieces pieces, std::uint64_t bytes) {
        const transfer& head = pieces.front();
        instruction made{.to = link_to(head.peer)};
        if (bytes > 0 && bytes <= inline_bytes && pieces.size() == 1) {
            made.code = head.what == action::copy ? opcode::receive_copy : opcode::receive_reduce;
            made.target = target_of(head);
            made.amount = head.what == action::copy ? bytes : head.count;
        } else if (bytes > 0 && (bytes <= inline_bytes || in_cell(head, bytes))) {
            made.code = bytes <= inline_bytes ? opcode::receive_pieces : opcode::receive_cell;
            made.pieces = add_pieces(pieces, &builder::target_of);
        } else {
            made.code = opcode::receive;
        }
        made_.instructions.push_back(made);
        if (made.code == opcode::receive && bytes > 0 && !head.put) {
            move_pieces(pieces);
            traffic_[static_cast<std::size_t>(head.peer)].owes_acknowledgement = true;
        }
    }

    /// Copies or reduces directly, between any two ranks' memory.
    void move_pieces(message_pieces pieces) {
        for (const transfer& t : pieces) {
            std::byte* target = target_of(t);
            const std::byte* source = source_of(t);
            if (t.count == 0 || (target == source && t.what == action::copy)) {
                continue;
            }
            const std::uint64_t bytes = t.count * element_;
            made_.instructions.push_back(
                {.code = t.what == action::copy ? opcode::copy : opcode::reduce,
                 .streaming = request_.streaming && bytes >= stream_from_bytes,
                 .local = t.way == message::direction::local,
                 .target = target,
                 .source = source,
                 .amount = t.what == action::copy ? bytes : t.count});
        }
    }

    /// The extent of what a message announces, so that fusing moves no store across it.
    void announce(instruction& made, message_pieces pieces) const {
        const std::byte* first = source_of(pieces.front());
        const std::byte* end = first;
        for (const transfer& t : pieces) {
            const std::byte* start = source_of(t);
            first = std::min(first, start, std::less<>());
            end = std::max(end, start + t.count * element_, std::less<>());
        }
        made.source = first;
        made.amount = static_cast<std::uint64_t>(end - first);
    }

    range add_pieces(message_pieces pieces,
                     std::byte* (builder::*address_of)(const transfer&) const) {
        const range made{static_cast<std::uint32_t>(made_.pieces.size()),
                         static_cast<std::uint32_t>(pieces.size())};
        for (const transfer& t : pieces) {
            made_.pieces.push_back({(this->*address_of)(t), t.count, t.what});
        }
        return made;
    }

    void add_acknowledgements() {
        for (std::size_t peer = 0; peer < traffic_.size(); ++peer) {
            const peer_traffic& traffic = traffic_[peer];
            link* to = &request_.links[peer];
            if (traffic.owes_acknowledgement) {
                made_.published.push_back(to);
            }
            if (traffic.last_read_send > 0) {
                made_.awaits.push_back({to, traffic.sends - traffic.last_read_send});
            }
        }
    }

    [[nodiscard]] std::byte* address(std::int32_t rank, space where, std::uint64_t offset) const {
        return request_.spaces[static_cast<std::size_t>(rank)][static_cast<std::size_t>(where)] +
               offset * element_;
    }
    [[nodiscard]] std::byte* source_of(const transfer& t) const {
        const bool theirs = t.way == message::direction::receive;
        return address(theirs ? t.peer : request_.rank, t.source_space, t.source_offset);
    }
    [[nodiscard]] std::byte* target_of(const transfer& t) const {
        const bool theirs = t.way == message::direction::send;
        return address(theirs ? t.peer : request_.rank, t.target_space, t.target_offset);
    }
    [[nodiscard]] link* link_to(std::int32_t peer) const {
        return &request_.links[static_cast<std::size_t>(peer)];
    }

    const build_request& request_;
    std::uint64_t element_;
    std::vector<peer_traffic> traffic_;
    program made_;
};

}  // namespace

program build_program(const build_request& request) {
    return builder(request).build();
}

}  // namespace railgauge::shm
