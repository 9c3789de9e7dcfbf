#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <utility>

#include "harness/launch/board.hpp"
#include "harness/launch/message.hpp"
#include "harness/launch/seats.hpp"
#include "harness/launch/tcp_assembly.hpp"

namespace railgauge {

namespace {

/// How long a stranger may take to prove that it is none.
constexpr std::int64_t proof_limit_ns = 10'000'000'000;
/// Connections that have not proven themselves; more are not accepted until some are gone.
constexpr int most_unproven = 256;
/// Strangers are told of, but a port scan is not to fill the screen.
constexpr int most_notes = 5;

/// "10.0.0.9:4711".
std::string peer_of(const sockaddr_storage& address, socklen_t length) {
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    const int code =
        ::getnameinfo(reinterpret_cast<const sockaddr*>(&address), length, host.data(), host.size(),
                      port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
    return code == 0 ? fmt::format("{}:{}", host.data(), port.data()) : "an unknown address";
}

/// Each rank is a connection, and the usual limit is 1024.
void allow_many_connections() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace

struct tcp_chair::connection {
    connection(int descriptor, std::string from, const job_secret& secret)
        : fd(descriptor), peer(std::move(from)), channel(meeting_channel::side::chair, secret) {}
    ~connection() {
        if (fd >= 0) {
            ::close(fd);
        }
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    int fd;  ///< -1: closed, to be forgotten
    std::string peer;
    meeting_channel channel;
    std::int64_t began_ns = monotonic_ns();
    int rank = -1;  ///< -1: has not said
    std::string name;
    std::deque<std::string> messages;
};

tcp_chair::tcp_chair(tcp_meeting meeting, std::vector<tcp_listener> listeners)
    : meeting_(std::move(meeting)), listeners_(std::move(listeners)), began_ns_(monotonic_ns()) {
    if (meeting_.size > 256) {
        allow_many_connections();
    }
    for (const tcp_listener& each : listeners_) {
        ::fcntl(each.fd(), F_SETFL, ::fcntl(each.fd(), F_GETFL) | O_NONBLOCK);
    }
}

tcp_chair::~tcp_chair() = default;

void tcp_chair::turn_away(connection& guest, const std::string& why) {
    if (guest.rank < 0 && !leaving_ && meeting_.note && notes_++ < most_notes) {
        meeting_.note(fmt::format("a connection from {} was closed: {}{}", guest.peer, why,
                                  notes_ == most_notes ? " (more will not be told)" : ""));
    }
    lose(guest);
}

void tcp_chair::lose(connection& guest) {
    const int rank = guest.rank;
    ::close(std::exchange(guest.fd, -1));
    const auto known = by_rank_.find(rank);
    if (known == by_rank_.end() || known->second != &guest) {
        return;
    }
    const std::string who = fmt::format("rank {} on {}", rank, guest.name);
    by_rank_.erase(known);
    // In the first round it may come again; its launcher may have started it anew.
    if (!first_round_ && !leaving_ && !over_) {
        fail(deadline_error(who + " left while the ranks were about to meet; see what it said"));
    }
}

void tcp_chair::take_claim(connection& guest, const std::string& claim) {
    message_reader words(claim);
    const auto rank = words.get<std::int32_t>();
    const auto size = words.get<std::int32_t>();
    const auto pid = words.get<std::int64_t>();
    guest.name = fmt::format("{} (pid {})", words.text(), pid);
    if (size != meeting_.size) {
        guest.rank = 0;  // so that it hears what it did
        fail(
            usage_error(fmt::format("rank {} on {} was told of {} ranks, and rank 0 of {}: give "
                                    "all of them the same WORLD_SIZE",
                                    rank, guest.name, size, meeting_.size)));
    }
    if (rank < 1 || rank >= size) {
        guest.rank = 0;
        fail(usage_error(
            fmt::format("a process on {} says that it is rank {} of {}{}", guest.name, rank, size,
                        rank == 0 ? ", as this one does: each needs its own RANK" : "")));
    }
    const auto other = by_rank_.find(rank);
    if (other != by_rank_.end()) {
        guest.rank = 0;
        fail(
            usage_error(fmt::format("two processes say that they are rank {}: one on {}, one on "
                                    "{}; each needs its own RANK",
                                    rank, other->second->name, guest.name)));
    }
    guest.rank = rank;
    by_rank_[rank] = &guest;
}

void tcp_chair::read_from(connection& guest) {
    std::array<char, 16384> part{};
    for (;;) {
        const ssize_t got = ::recv(guest.fd, part.data(), part.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (got <= 0) {
            turn_away(guest, guest.channel.proven() ? "it left before it said which rank it is"
                                                    : "it left before it had proven itself");
            return;
        }
        try {
            guest.channel.feed(std::string_view(part.data(), static_cast<std::size_t>(got)));
        } catch (const capability_error& wrong) {
            turn_away(guest, wrong.what());
            return;
        }
        while (auto message = guest.channel.next()) {
            if (guest.rank < 0) {
                take_claim(guest, *message);
            } else {
                guest.messages.push_back(std::move(*message));
            }
        }
    }
}

void tcp_chair::serve(connection& guest, short events) {
    if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) {
        read_from(guest);
    }
    std::string& out = guest.channel.outgoing();
    while (guest.fd >= 0 && !out.empty()) {
        const ssize_t sent = ::send(guest.fd, out.data(), out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            out.erase(0, static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else if (errno != EINTR) {
            turn_away(guest, "it left");
        }
    }
    const bool slow = !guest.channel.proven() && monotonic_ns() - guest.began_ns > proof_limit_ns;
    if (guest.fd >= 0 && slow) {
        turn_away(guest, "it did not prove itself in time");
    }
}

void tcp_chair::accept_from(const tcp_listener& listener) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    const int fd = ::accept4(listener.fd(), reinterpret_cast<sockaddr*>(&address), &length,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
        guests_.push_back(
            std::make_unique<connection>(fd, peer_of(address, length), meeting_.secret));
    }
}

void tcp_chair::step() {
    std::vector<pollfd> waits;
    const auto unproven = std::count_if(guests_.begin(), guests_.end(),
                                        [](const auto& each) { return !each->channel.proven(); });
    for (const tcp_listener& each : listeners_) {
        waits.push_back({unproven < most_unproven ? each.fd() : -1, POLLIN, 0});
    }
    for (const auto& each : guests_) {
        const bool more = !each->channel.outgoing().empty();
        waits.push_back({each->fd, static_cast<short>(more ? POLLIN | POLLOUT : POLLIN), 0});
    }
    (void)::poll(waits.data(), waits.size(), 50);
    const std::size_t known = guests_.size();
    for (std::size_t i = 0; i < known; ++i) {
        serve(*guests_[i], waits[listeners_.size() + i].revents);
    }
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        if ((waits[i].revents & POLLIN) != 0) {
            accept_from(listeners_[i]);
        }
    }
    std::erase_if(guests_, [](const auto& each) { return each->fd < 0; });
    if (meeting_.while_waiting) {
        meeting_.while_waiting();
    }
}

std::vector<std::int32_t> tcp_chair::absent() const {
    std::vector<std::int32_t> ranks;
    for (std::int32_t rank = 1; rank < meeting_.size; ++rank) {
        const auto found = by_rank_.find(rank);
        if (found == by_rank_.end() || found->second->messages.empty()) {
            ranks.push_back(rank);
        }
    }
    return ranks;
}

void tcp_chair::wait_for_all() {
    const std::int64_t from_ns = first_round_ ? began_ns_ : monotonic_ns();
    // Counted, so that a look at all ranks is not taken for each of them.
    const auto all_here = [this] {
        return static_cast<int>(by_rank_.size()) == meeting_.size - 1 &&
               std::all_of(by_rank_.begin(), by_rank_.end(),
                           [](const auto& each) { return !each.second->messages.empty(); });
    };
    while (!all_here()) {
        step();
        const std::int64_t waited_ns = monotonic_ns() - from_ns;
        if (waited_ns > meeting_.limit.count()) {
            const auto missing = absent();
            if (missing.empty()) {
                return;
            }
            std::string where;
            for (const tcp_listener& each : listeners_) {
                where += (where.empty() ? "" : " and ") + each.address();
            }
            fail(absent_error(
                fmt::format("{} of {} ranks ({} {}) did not come to rank 0 on {} ({}) within "
                            "{:.0f} s: see whether they were started, and whether their hosts "
                            "reach that address",
                            missing.size(), meeting_.size, missing.size() == 1 ? "rank" : "ranks",
                            list_of_ranks(missing), meeting_.host_name, where,
                            static_cast<double>(waited_ns) / 1e9),
                missing));
        }
    }
}

void tcp_chair::flush(std::chrono::nanoseconds limit) {
    leaving_ = true;
    const std::int64_t until_ns = monotonic_ns() + limit.count();
    const auto busy = [](const auto& each) { return !each->channel.outgoing().empty(); };
    while (std::any_of(guests_.begin(), guests_.end(), busy) && monotonic_ns() < until_ns) {
        step();
    }
    leaving_ = false;
}

void tcp_chair::fail(const error& failure) {
    if (!leaving_) {
        const std::string reply = failure_reply(failure);
        for (const auto& each : guests_) {
            if (each->fd >= 0 && each->channel.proven() && each->rank >= 0) {
                each->channel.send(reply);
            }
        }
        flush(std::chrono::seconds(2));
    }
    if (const auto* absence = dynamic_cast<const absent_error*>(&failure)) {
        throw absent_error(*absence);
    }
    throw error(failure);
}

std::string tcp_chair::consult(const std::string& mine, const chair& answer) {
    wait_for_all();
    std::vector<std::string> messages{mine};
    for (auto& [rank, guest] : by_rank_) {
        messages.push_back(std::move(guest->messages.front()));
        guest->messages.pop_front();
    }
    const std::vector<std::string> replies = sealed_replies(answer, messages);
    for (auto& [rank, guest] : by_rank_) {
        guest->channel.send(replies[static_cast<std::size_t>(rank)]);
    }
    flush(meeting_.limit);
    first_round_ = false;
    return open_reply(replies.front());
}

std::vector<std::int32_t> tcp_chair::staying() {
    over_ = true;
    step();
    std::vector<std::int32_t> ranks;
    for (const auto& [rank, guest] : by_rank_) {
        ranks.push_back(rank);
    }
    return ranks;
}

}  // namespace railgauge
