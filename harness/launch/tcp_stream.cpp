#include "harness/launch/tcp_stream.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "harness/launch/owed_work.hpp"
#include "harness/launch/tcp_address.hpp"

namespace railgauge {

namespace {

using std::chrono::steady_clock;

struct free_addresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

std::string in_words(int cause) {
    return ::strerror(cause);
}

/// Waits for `events` for a slice at most. False where there were none.
bool poll_slice(int fd, short events, tcp_stream::time_point until,
                std::chrono::nanoseconds slice) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::min<steady_clock::duration>(slice, until - steady_clock::now()));
    pollfd watched{fd, events, 0};
    return ::poll(&watched, 1, static_cast<int>(std::max<long>(1, left.count()))) > 0;
}

}  // namespace

tcp_stream::tcp_stream(int fd)
    : fd_(fd), own_end_(own_address(fd)), ends_(own_end_ + " to " + peer_address(fd)) {
    ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
    ::fcntl(fd_, F_SETFD, FD_CLOEXEC);
    const int on = 1;
    // A message is worth sending at once, however small it is.
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

tcp_stream::~tcp_stream() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

tcp_stream::tcp_stream(tcp_stream&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      spin_(other.spin_),
      own_end_(std::move(other.own_end_)),
      ends_(std::move(other.ends_)) {}

tcp_stream& tcp_stream::operator=(tcp_stream&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(spin_, other.spin_);
    std::swap(own_end_, other.own_end_);
    std::swap(ends_, other.ends_);
    return *this;
}

int tcp_stream::release() noexcept {
    return std::exchange(fd_, -1);
}

tcp_stream tcp_stream::connect(const std::string& address, time_point until,
                               const hook& while_waiting) {
    const host_and_port to = parse_address(address);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int cause = ::getaddrinfo(to.host.c_str(), to.port.c_str(), &hints, &found);
        cause != 0) {
        throw connection_error("the name '" + to.host +
                               "' does not resolve: " + ::gai_strerror(cause));
    }
    const std::unique_ptr<addrinfo, free_addresses> list(found);
    std::string trouble;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        const int fd = ::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) {
            trouble = "socket: " + in_words(errno);
            continue;
        }
        tcp_stream made;
        made.fd_ = fd;
        int cause = ::connect(fd, each->ai_addr, each->ai_addrlen) == 0 ? 0 : errno;
        if (cause == EINPROGRESS) {
            made.wait(POLLOUT, while_waiting, until);
            socklen_t length = sizeof cause;
            ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &cause, &length);
        }
        if (cause == 0) {
            return tcp_stream(made.release());
        }
        trouble = "connect: " + in_words(cause);
    }
    throw connection_error(trouble);
}

void tcp_stream::wait(short events, const hook& while_waiting, time_point until) const {
    wait_slices slices;
    auto looked_up = steady_clock::now();
    owed_work::run();
    while (!poll_slice(fd_, events, until, slices.next())) {
        const auto now = steady_clock::now();
        if (now >= until) {
            throw connection_error("no answer in time");
        }
        owed_work::run();
        if (now - looked_up >= wait_slices::longest) {
            looked_up = now;
            while_waiting();
        }
    }
}

void tcp_stream::write(std::span<const std::byte> data, const hook& while_waiting,
                       time_point until) {
    while (!data.empty()) {
        const ssize_t count = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
        if (count > 0) {
            data = data.subspan(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait(POLLOUT, while_waiting, until);
        } else if (errno != EINTR) {
            throw connection_error(in_words(errno));
        }
    }
}

void tcp_stream::read(std::span<std::byte> data, const hook& while_waiting, time_point until) {
    const auto spin_until = spin_.count() > 0 ? steady_clock::now() + spin_ : time_point::min();
    while (!data.empty()) {
        const ssize_t count = ::recv(fd_, data.data(), data.size(), 0);
        if (count > 0) {
            data = data.subspan(static_cast<std::size_t>(count));
        } else if (count == 0) {
            throw connection_error("the other end has closed the connection");
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (spin_.count() == 0 || steady_clock::now() > spin_until) {
                wait(POLLIN, while_waiting, until);
            }
        } else if (errno != EINTR) {
            throw connection_error(in_words(errno));
        }
    }
}

}  // namespace railgauge
