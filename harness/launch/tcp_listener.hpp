// A listening TCP socket on one address of this host: the management network's, never all.
#pragma once

#include <cstdint>
#include <string>

namespace railgauge {

class tcp_listener {
public:
    /// Listens on `address`, an IPv4 or IPv6 address of this host in numbers; port 0 lets the
    /// kernel choose. Throws usage_error where `address` is not one, system_error where the kernel
    /// refuses (the text names the address).
    explicit tcp_listener(const std::string& address, std::uint16_t port = 0);
    ~tcp_listener();
    tcp_listener(tcp_listener&& other) noexcept;
    tcp_listener& operator=(tcp_listener&& other) noexcept;
    tcp_listener(const tcp_listener&) = delete;
    tcp_listener& operator=(const tcp_listener&) = delete;

    /// "10.0.0.2:4711", "[fd00::2]:4711": what others connect to.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    /// Without the port, as given: where this host makes further listeners.
    [[nodiscard]] const std::string& host_address() const noexcept { return host_address_; }
    [[nodiscard]] int fd() const noexcept { return fd_; }
    /// The descriptor is the caller's to close from now on.
    [[nodiscard]] int release() noexcept;

private:
    int fd_ = -1;
    std::string host_address_;
    std::string address_;
};

}  // namespace railgauge
