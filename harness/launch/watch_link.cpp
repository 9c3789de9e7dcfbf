#include "harness/launch/watch_link.hpp"

#include <sys/socket.h>

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <utility>

#include "harness/launch/board.hpp"

namespace railgauge {

namespace {

using asio::ip::tcp;

constexpr std::size_t most_queued = 256;

tcp family_of(int fd) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    return address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4();
}

}  // namespace

watch_link::watch_link(asio::io_context& io, proven_link link, bool is_parent, const events& tell)
    : socket_(io), who_(std::move(link.who)), is_parent_(is_parent), tell_(tell) {
    ends_ = link.stream.ends();
    const tcp family = family_of(link.stream.fd());
    socket_.assign(family, link.stream.release());
    heard_ns = monotonic_ns();
}

void watch_link::start() {
    read();
}

void watch_link::end(const std::string& how) {
    if (socket_.is_open()) {
        close();
        tell_.on_end(*this, how);
    }
}

void watch_link::close() {
    asio::error_code ignored;
    socket_.close(ignored);
}

void watch_link::read() {
    asio::async_read(socket_, asio::buffer(header_),
                     [self = shared_from_this()](const asio::error_code& failed, std::size_t) {
                         if (failed) {
                             self->end(failed == asio::error::eof ? "it was closed at the other end"
                                                                  : failed.message());
                             return;
                         }
                         const std::optional<frame_header> header =
                             decode(self->header_, most_watch_bytes);
                         if (!header) {
                             self->end("what came over it is no frame");
                             return;
                         }
                         self->read_payload(*header);
                     });
}

void watch_link::read_payload(const frame_header& header) {
    payload_.resize(header.bytes);
    asio::async_read(
        socket_, asio::buffer(payload_),
        [self = shared_from_this(), header](const asio::error_code& failed, std::size_t) {
            if (failed) {
                self->end("it ended in the middle of a frame");
                return;
            }
            self->heard_ns = monotonic_ns();
            self->tell_.on_frame(*self, header.kind, self->payload_);
            if (self->is_open()) {
                self->read();
            }
        });
}

void watch_link::send(const std::vector<std::byte>& frame) {
    if (!socket_.is_open() || queue_.size() >= most_queued) {
        return;
    }
    queue_.push_back(frame);
    if (queue_.size() == 1) {
        write();
    }
}

void watch_link::write() {
    asio::async_write(socket_, asio::buffer(queue_.front()),
                      [self = shared_from_this()](const asio::error_code& failed, std::size_t) {
                          if (failed) {
                              // Reading sees the end as well, and what came before it.
                              self->queue_.clear();
                              return;
                          }
                          self->queue_.pop_front();
                          if (!self->queue_.empty()) {
                              self->write();
                          }
                      });
}

}  // namespace railgauge
