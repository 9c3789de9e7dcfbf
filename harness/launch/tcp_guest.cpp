#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/launch/board.hpp"
#include "harness/launch/management.hpp"
#include "harness/launch/message.hpp"
#include "harness/launch/tcp_assembly.hpp"

namespace railgauge {

namespace {

constexpr std::chrono::milliseconds between_tries{200};
/// A host that is down does not refuse: it says nothing.
constexpr std::int64_t connect_limit_ns = 3'000'000'000;
/// Rank 0 waits for the last rank as long as its own limit says, and then tells the others.
constexpr std::int64_t patience_ns = 10'000'000'000;

std::string words_of(int code) {
    return std::generic_category().message(code);
}

/// Waits until `fd` is ready for `events`; false when the time is over.
bool ready(int fd, short events, std::int64_t until_ns) {
    const std::int64_t left_ms = (until_ns - monotonic_ns()) / 1'000'000;
    pollfd wait{fd, events, 0};
    return left_ms >= 0 &&
           ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left_ms, 50))) > 0;
}

/// A connected socket, or what went wrong in `problem`.
int connect_to(const addrinfo& where, std::int64_t until_ns, std::string& problem) {
    const int fd = ::socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        problem = "socket: " + words_of(errno);
        return -1;
    }
    int code = ::connect(fd, where.ai_addr, where.ai_addrlen) == 0 ? 0 : errno;
    const std::int64_t limit_ns = std::min(until_ns, monotonic_ns() + connect_limit_ns);
    while (code == EINPROGRESS && monotonic_ns() < limit_ns) {
        if (ready(fd, POLLOUT, limit_ns)) {
            socklen_t length = sizeof code;
            ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length);
        }
    }
    if (code == 0) {
        return fd;
    }
    problem = code == EINPROGRESS ? "it does not answer" : words_of(code);
    ::close(fd);
    return -1;
}

}  // namespace

tcp_guest::tcp_guest(tcp_meeting meeting, std::string host, std::uint16_t port)
    : meeting_(std::move(meeting)), host_(std::move(host)), port_(port) {
    connect_within(monotonic_ns() + meeting_.limit.count());
    const std::string claim = message_writer()
                                  .put(std::int32_t{meeting_.rank})
                                  .put(std::int32_t{meeting_.size})
                                  .put(std::int64_t{::getpid()})
                                  .put(std::string_view(meeting_.host_name))
                                  .take();
    channel_->send(claim);
}

tcp_guest::~tcp_guest() {
    close_connection();
}

void tcp_guest::close_connection() noexcept {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

bool tcp_guest::exchange(std::int64_t until_ns) {
    std::string& out = channel_->outgoing();
    if (!out.empty()) {
        const ssize_t sent = ::send(fd_, out.data(), out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            out.erase(0, static_cast<std::size_t>(sent));
        } else if (errno != EAGAIN && errno != EINTR) {
            // Nobody listens any more, but what was said before may still be there to read.
            out.clear();
        }
    }
    if (!ready(fd_, static_cast<short>(out.empty() ? POLLIN : POLLIN | POLLOUT), until_ns)) {
        return true;
    }
    std::array<char, 16384> part{};
    const ssize_t got = ::recv(fd_, part.data(), part.size(), MSG_DONTWAIT);
    if (got > 0) {
        channel_->feed(std::string_view(part.data(), static_cast<std::size_t>(got)));
    }
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

std::string tcp_guest::shake_hands(std::int64_t until_ns) {
    channel_ = std::make_unique<meeting_channel>(meeting_channel::side::guest, meeting_.secret);
    try {
        while (!channel_->proven()) {
            const bool shown = channel_->awaits_proof();
            if (!exchange(until_ns)) {
                return shown
                           ? "it closed the connection when it saw that this rank does not know "
                             "its job's secret: give all ranks the same RAILGAUGE_SECRET"
                           : "what listens there closed the connection: is it rank 0 of this job?";
            }
            if (!channel_->proven() && monotonic_ns() > until_ns) {
                return "what listens there does not answer as rank 0 would";
            }
        }
    } catch (const capability_error& wrong) {
        return fmt::format("what listens there is not rank 0 of this job: {}", wrong.what());
    }
    return {};
}

std::string tcp_guest::try_once(std::int64_t until_ns) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int code = ::getaddrinfo(host_.c_str(), std::to_string(port_).c_str(), &hints, &list);
    if (code != 0) {
        return fmt::format("the name does not resolve: {}", ::gai_strerror(code));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, ::freeaddrinfo);
    std::string problem;
    for (const addrinfo* each = list; each != nullptr && monotonic_ns() < until_ns;
         each = each->ai_next) {
        fd_ = connect_to(*each, until_ns, problem);
        if (fd_ < 0) {
            continue;
        }
        std::array<char, NI_MAXHOST> text{};
        ::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST);
        address_ = text.data();
        problem = shake_hands(std::min(until_ns, monotonic_ns() + patience_ns));
        if (problem.empty()) {
            return {};
        }
        close_connection();
    }
    return problem;
}

void tcp_guest::connect_within(std::int64_t until_ns) {
    for (;;) {
        const std::string problem = try_once(until_ns);
        if (problem.empty()) {
            return;
        }
        if (monotonic_ns() + std::chrono::nanoseconds(between_tries).count() >= until_ns) {
            throw unreachable_error(fmt::format(
                "rank {} on {} could not reach rank 0 at {} for {:.0f} s: {}; see whether rank 0 "
                "runs there, and whether a firewall stands between (MASTER_ADDR and MASTER_PORT "
                "say where rank 0 listens)",
                meeting_.rank, meeting_.host_name, endpoint_text(host_, port_),
                std::chrono::duration<double>(meeting_.limit).count(), problem));
        }
        if (meeting_.while_waiting) {
            meeting_.while_waiting();
        }
        std::this_thread::sleep_for(between_tries);
    }
}

std::string tcp_guest::consult(const std::string& mine, const chair& /*answer*/) {
    channel_->send(mine);
    const std::int64_t until_ns = monotonic_ns() + meeting_.limit.count() + patience_ns;
    try {
        for (;;) {
            if (auto reply = channel_->next()) {
                return open_reply(*reply);
            }
            if (!exchange(until_ns)) {
                if (auto reply = channel_->next()) {
                    return open_reply(*reply);
                }
                throw deadline_error(
                    fmt::format("rank 0 at {} left before all ranks had met; see what it said",
                                endpoint_text(address_, port_)));
            }
            if (monotonic_ns() > until_ns) {
                throw deadline_error(fmt::format("rank 0 at {} does not answer any more",
                                                 endpoint_text(address_, port_)));
            }
            if (meeting_.while_waiting) {
                meeting_.while_waiting();
            }
        }
    } catch (const capability_error& wrong) {
        throw capability_error(fmt::format("the conversation with rank 0 at {} broke: {}",
                                           endpoint_text(address_, port_), wrong.what()));
    }
}

}  // namespace railgauge
