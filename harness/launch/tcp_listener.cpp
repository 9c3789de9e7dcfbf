#include "harness/launch/tcp_listener.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/launch/tcp_address.hpp"

namespace railgauge {

namespace {

/// All children of a leader may come at once, and a stranger or two.
constexpr int backlog = 64;

struct free_addresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

}  // namespace

tcp_listener::tcp_listener(const std::string& address, std::uint16_t port)
    : host_address_(address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
        throw usage_error("'" + address +
                          "' is no address in numbers (10.0.0.2, fd00::2) to listen on");
    }
    const std::unique_ptr<addrinfo, free_addresses> list(found);
    fd_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd_ < 0) {
        throw system_error("socket", errno);
    }
    const int on = 1;
    // A port that was asked for may still be held by connections of the job before.
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd_, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd_, backlog) != 0) {
        const int cause = errno;
        ::close(fd_);
        throw system_error("listening on " + address + " port " + std::to_string(port), cause,
                           "the management network's address must be one of this host: see ip "
                           "address");
    }
    address_ = own_address(fd_);
}

tcp_listener::~tcp_listener() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

tcp_listener::tcp_listener(tcp_listener&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      host_address_(std::move(other.host_address_)),
      address_(std::move(other.address_)) {}

tcp_listener& tcp_listener::operator=(tcp_listener&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(host_address_, other.host_address_);
    std::swap(address_, other.address_);
    return *this;
}

int tcp_listener::release() noexcept {
    return std::exchange(fd_, -1);
}

}  // namespace railgauge
