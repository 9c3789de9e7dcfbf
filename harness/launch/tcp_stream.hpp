// A TCP connection that waits no longer than it is told to, and looks up while it waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "harness/base/error.hpp"

namespace railgauge {

/// The connection has ended or broken, or never came to be; the text says how. Who knows what the
/// connection was for catches it and says who is at its other end.
class connection_error : public error {
public:
    explicit connection_error(const std::string& text) : error(exit_status::unfinished, text) {}
};

class tcp_stream {
public:
    /// Called about every 50 ms of a wait; what it throws leaves the call.
    using hook = std::function<void()>;
    using time_point = std::chrono::steady_clock::time_point;

    tcp_stream() noexcept = default;
    /// Takes a connected socket over.
    explicit tcp_stream(int fd);
    ~tcp_stream();
    tcp_stream(tcp_stream&& other) noexcept;
    tcp_stream& operator=(tcp_stream&& other) noexcept;
    tcp_stream(const tcp_stream&) = delete;
    tcp_stream& operator=(const tcp_stream&) = delete;

    /// `address` is "host:port"; a name is resolved, and each of its addresses tried. Throws
    /// connection_error, also when `until` has passed.
    [[nodiscard]] static tcp_stream connect(const std::string& address, time_point until,
                                            const hook& while_waiting);

    /// All of `data`, or connection_error.
    void write(std::span<const std::byte> data, const hook& while_waiting,
               time_point until = time_point::max());
    /// As many bytes as `data` has room for, or connection_error.
    void read(std::span<std::byte> data, const hook& while_waiting,
              time_point until = time_point::max());
    /// Bytes asked for in the next moments are waited for without sleep, for so long: where a
    /// wake-up would cost more than the answer takes.
    void spin_for(std::chrono::nanoseconds time) noexcept { spin_ = time; }

    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
    [[nodiscard]] int fd() const noexcept { return fd_; }
    /// The descriptor is the caller's to close from now on.
    [[nodiscard]] int release() noexcept;
    /// "10.0.0.2:4711 to 10.0.0.1:3200", this end first; known also after the connection broke.
    [[nodiscard]] const std::string& ends() const noexcept { return ends_; }
    [[nodiscard]] const std::string& own_end() const noexcept { return own_end_; }

private:
    void wait(short events, const hook& while_waiting, time_point until) const;

    int fd_ = -1;
    std::chrono::nanoseconds spin_{0};
    std::string own_end_;
    std::string ends_;
};

}  // namespace railgauge
