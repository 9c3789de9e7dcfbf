// One neighbour's connection in the watch over the hosts.
#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/launch/tree_frame.hpp"
#include "harness/launch/tree_intake.hpp"

namespace railgauge {

/// Sends and receives frames while its io_context runs. Must be made by std::make_shared.
class watch_link : public std::enable_shared_from_this<watch_link> {
public:
    struct events {
        std::function<void(watch_link&, frame_kind, std::span<const std::byte>)> on_frame;
        /// Once, when the connection has ended or said nonsense; with how, in words.
        std::function<void(watch_link&, const std::string&)> on_end;
    };
    watch_link(asio::io_context& io, proven_link link, bool is_parent, const events& tell);

    void start();
    /// Nothing happens on a link that is closed. A neighbour that does not read is not sent without
    /// end.
    void send(const std::vector<std::byte>& frame);
    void close();

    [[nodiscard]] bool is_open() const { return socket_.is_open(); }
    [[nodiscard]] bool all_sent() const { return queue_.empty(); }
    [[nodiscard]] bool is_parent() const { return is_parent_; }
    [[nodiscard]] const hello& who() const { return who_; }
    /// This end first.
    [[nodiscard]] const std::string& ends() const { return ends_; }

    std::int64_t heard_ns = 0;  ///< the last sign of life, monotonic
    bool leaving = false;       ///< it has said so

private:
    void read();
    void read_payload(const frame_header& header);
    void write();
    void end(const std::string& how);

    asio::ip::tcp::socket socket_;
    hello who_;
    std::string ends_;
    bool is_parent_;
    const events& tell_;
    header_message header_{};
    std::vector<std::byte> payload_;
    std::deque<std::vector<std::byte>> queue_;
};

}  // namespace railgauge
