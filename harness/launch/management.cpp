#include "harness/launch/management.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "harness/base/error.hpp"
#include "harness/launch/host_identity.hpp"

namespace railgauge {

namespace {

/// An address as the network's bytes: 4 or 16 of them.
std::vector<unsigned char> bytes_of(const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
        return {bytes.begin(), bytes.begin() + 4};
    }
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
        return {bytes.begin(), bytes.end()};
    }
    return {};
}

std::string text_of(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes =
        address.sa_family == AF_INET
            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr)
            : &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    ::inet_ntop(address.sa_family, bytes, text.data(), text.size());
    return text.data();
}

bool is_link_local(const std::string& address) {
    const auto bytes = bytes_of(address);
    return bytes.size() == 4 ? bytes[0] == 169 && bytes[1] == 254
                             : bytes.size() == 16 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

bool is_loopback(const std::string& address) {
    const auto bytes = bytes_of(address);
    return bytes.size() == 4 ? bytes[0] == 127 : address == "::1";
}

bool in_network(const std::string& address, const std::vector<unsigned char>& network,
                std::size_t bits) {
    const auto bytes = bytes_of(address);
    if (bytes.size() != network.size()) {
        return false;
    }
    for (std::size_t bit = 0; bit < bits; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if ((bytes[bit / 8] & mask) != (network[bit / 8] & mask)) {
            return false;
        }
    }
    return true;
}

std::string list_of(std::span<const interface_address> own) {
    std::string text;
    for (const interface_address& each : own) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", each.interface, each.address);
    }
    return text.empty() ? "none" : text;
}

std::optional<std::string> first_reachable(std::span<const interface_address> own) {
    const auto found = std::find_if(own.begin(), own.end(), [](const interface_address& each) {
        return !each.loopback && !each.link_local;
    });
    return found == own.end() ? std::nullopt : std::optional(found->address);
}

/// The address by which this host's own name is known to others.
std::optional<std::string> address_of_own_name(std::span<const interface_address> own) {
    try {
        for (const std::string& address : resolve(host_identity::here().name)) {
            const auto ours = std::find_if(own.begin(), own.end(), [&](const auto& each) {
                return each.address == address && !each.loopback && !each.link_local;
            });
            if (ours != own.end()) {
                return address;
            }
        }
    } catch (const error&) {
        // A host need not know its own name.
    }
    return std::nullopt;
}

}  // namespace

std::vector<interface_address> own_addresses() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        throw system_error("getifaddrs", errno);
    }
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, ::freeifaddrs);
    std::vector<interface_address> found;
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
        const bool ip = each->ifa_addr != nullptr && (each->ifa_addr->sa_family == AF_INET ||
                                                      each->ifa_addr->sa_family == AF_INET6);
        if (!ip || (each->ifa_flags & IFF_UP) == 0) {
            continue;
        }
        interface_address entry;
        entry.interface = each->ifa_name;
        entry.address = text_of(*each->ifa_addr);
        entry.loopback = (each->ifa_flags & IFF_LOOPBACK) != 0;
        entry.link_local = is_link_local(entry.address);
        found.push_back(std::move(entry));
    }
    std::stable_partition(found.begin(), found.end(), [](const interface_address& each) {
        return each.address.find(':') == std::string::npos;
    });
    return found;
}

std::vector<std::string> resolve(const std::string& name) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int code = ::getaddrinfo(name.c_str(), nullptr, &hints, &list);
    if (code != 0) {
        throw capability_error(fmt::format(
            "the host name '{}' does not resolve: {}; check its spelling, /etc/hosts and DNS", name,
            code == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(code)));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, ::freeaddrinfo);
    std::vector<std::string> found;
    for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
        std::string address = text_of(*each->ai_addr);
        if (std::find(found.begin(), found.end(), address) == found.end()) {
            found.push_back(std::move(address));
        }
    }
    return found;
}

std::optional<std::string> source_towards(const std::string& target) {
    sockaddr_in6 six{};
    sockaddr_in four{};
    const bool is_four = ::inet_pton(AF_INET, target.c_str(), &four.sin_addr) == 1;
    if (!is_four && ::inet_pton(AF_INET6, target.c_str(), &six.sin6_addr) != 1) {
        return std::nullopt;
    }
    four.sin_family = AF_INET;
    six.sin6_family = AF_INET6;
    four.sin_port = six.sin6_port = htons(9);  // connecting a datagram socket sends nothing
    auto* address =
        is_four ? reinterpret_cast<sockaddr*>(&four) : reinterpret_cast<sockaddr*>(&six);
    socklen_t length = is_four ? sizeof four : sizeof six;
    const int descriptor = ::socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return std::nullopt;
    }
    const bool known = ::connect(descriptor, address, length) == 0 &&
                       ::getsockname(descriptor, address, &length) == 0;
    ::close(descriptor);
    return known ? std::optional(text_of(*address)) : std::nullopt;
}

std::string endpoint_text(const std::string& address, std::uint16_t port) {
    return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port)
                                                  : fmt::format("[{}]:{}", address, port);
}

std::string pick_address(const std::string& wish, std::span<const interface_address> own) {
    const std::size_t slash = wish.find('/');
    const auto network = bytes_of(wish.substr(0, slash));
    std::size_t bits = network.size() * 8;
    if (slash != std::string::npos) {
        const char* end = wish.data() + wish.size();
        const auto [next, code] = std::from_chars(wish.data() + slash + 1, end, bits);
        if (network.empty() || code != std::errc{} || next != end || bits > network.size() * 8) {
            throw usage_error(fmt::format(
                "management network '{}': expected an interface, an address or a network such as "
                "10.0.0.0/16",
                wish));
        }
    }
    const auto found = std::find_if(own.begin(), own.end(), [&](const interface_address& each) {
        return network.empty() ? each.interface == wish && !each.link_local
                               : in_network(each.address, network, bits);
    });
    if (found == own.end()) {
        throw capability_error(
            fmt::format("no address of {} is on the management network '{}'; it has {}",
                        host_identity::here().name, wish, list_of(own)));
    }
    return found->address;
}

std::string management_address(const std::string& wish, const std::string& target) {
    const auto own = own_addresses();
    if (!wish.empty()) {
        return pick_address(wish, own);
    }
    if (!target.empty()) {
        const auto towards = source_towards(target);
        if (towards && !is_loopback(*towards)) {
            return *towards;
        }
    }
    if (auto named = address_of_own_name(own)) {
        return *named;
    }
    // An address that no one has (RFC 5737): the route that is left for it is the default one.
    if (auto routed = source_towards("192.0.2.1"); routed && !is_loopback(*routed)) {
        return *routed;
    }
    if (auto first = first_reachable(own)) {
        return *first;
    }
    throw capability_error(fmt::format(
        "{} has no address by which other hosts could reach it (it has {}); configure its network, "
        "or name the management network with --management",
        host_identity::here().name, list_of(own)));
}

}  // namespace railgauge
