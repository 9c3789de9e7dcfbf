#include "harness/launch/tcp_address.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

std::string in_words(const sockaddr_storage& address, socklen_t length) {
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    if (::getnameinfo(reinterpret_cast<const sockaddr*>(&address), length, host.data(), host.size(),
                      port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return "?";
    }
    const std::string name = host.data();
    const bool six = name.find(':') != std::string::npos;
    return (six ? "[" + name + "]" : name) + ":" + port.data();
}

}  // namespace

host_and_port parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    host_and_port parts;
    if (colon != std::string_view::npos) {
        parts.host = text.substr(0, colon);
        parts.port = text.substr(colon + 1);
    }
    if (parts.host.size() > 2 && parts.host.front() == '[' && parts.host.back() == ']') {
        parts.host = parts.host.substr(1, parts.host.size() - 2);
    }
    const auto digit = [](char each) { return each >= '0' && each <= '9'; };
    if (parts.host.empty() || parts.port.empty() || parts.port.size() > 5 ||
        !std::all_of(parts.port.begin(), parts.port.end(), digit)) {
        throw usage_error("'" + std::string(text) + "' is no address of the form host:port");
    }
    return parts;
}

std::string own_address(int socket) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    return ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0
               ? in_words(address, length)
               : "?";
}

std::string peer_address(int socket) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    return ::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0
               ? in_words(address, length)
               : "?";
}

}  // namespace railgauge
