#include "harness/launch/tree_intake.hpp"

#include <sys/socket.h>

#include <asio/buffer.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <memory>

#include "harness/base/error.hpp"
#include "harness/launch/tcp_address.hpp"

namespace railgauge {

namespace {

using asio::ip::tcp;

/// For a handshake of four short messages between hosts of one network.
constexpr std::chrono::seconds patience{5};
/// More connections at once than children, and some strangers, are not served.
constexpr int most_sessions = 64;
/// After the kernel has refused a connection for want of descriptors, say.
constexpr std::chrono::milliseconds rest{200};

}  // namespace

std::string version_conflict(const hello& mine, const hello& peer) {
    if (mine.version == peer.version && mine.protocol == peer.protocol) {
        return "";
    }
    const auto who = [](const hello& side) {
        return "host " + side.host_name + " (rank " + std::to_string(side.rank) +
               ") runs railgauge " + side.version +
               (side.protocol == tree_protocol
                    ? ""
                    : " (protocol " + std::to_string(side.protocol) + ")");
    };
    return who(mine) + " and " + who(peer) +
           ": all ranks of a job must run the same version; install one on all hosts";
}

/// One connection until it has proven itself.
class tree_intake::session : public std::enable_shared_from_this<session> {
public:
    session(tree_intake& owner, tcp::socket socket)
        : owner_(owner),
          socket_(std::move(socket)),
          timer_(owner.io_, patience),
          shake_(handshake::side::accepting, owner.orders_.secret, owner.orders_.mine),
          from_(peer_address(socket_.native_handle())) {}

    void start() {
        timer_.async_wait([self = shared_from_this()](const asio::error_code& cancelled) {
            if (!cancelled) {
                self->end("it did not prove itself within " + std::to_string(patience.count()) +
                          " s");
            }
        });
        read();
    }

private:
    void read() {
        input_.resize(shake_.wants());
        asio::async_read(socket_, asio::buffer(input_),
                         [self = shared_from_this()](const asio::error_code& failed, std::size_t) {
                             if (failed) {
                                 self->end("it left before it had proven itself");
                                 return;
                             }
                             self->shake_.take(self->input_);
                             self->answer();
                         });
    }
    void answer() {
        output_ = shake_.give();
        asio::async_write(socket_, asio::buffer(output_),
                          [self = shared_from_this()](const asio::error_code& failed, std::size_t) {
                              if (failed) {
                                  self->end("it left before it had proven itself");
                              } else if (self->shake_.wants() != 0) {
                                  self->read();
                              } else {
                                  self->conclude();
                              }
                          });
    }
    void conclude() {
        if (!shake_.proven()) {
            end(shake_.refusal());
            return;
        }
        if (const std::string why = owner_.admit(shake_.peer()); !why.empty()) {
            end(why);
            return;
        }
        finish();
        owner_.enter({shake_.peer(), tcp_stream(socket_.release())});
    }
    void end(const std::string& why) {
        if (over_) {
            return;
        }
        owner_.orders_.note("a connection from " + from_ + " to " + owner_.listens_on_ + " (host " +
                            owner_.orders_.mine.host_name + ") was closed: " + why);
        finish();
        asio::error_code ignored;
        socket_.close(ignored);
    }
    void finish() {
        over_ = true;
        timer_.cancel();
        --owner_.sessions_;
    }

    tree_intake& owner_;
    tcp::socket socket_;
    asio::steady_timer timer_;
    handshake shake_;
    std::string from_;
    std::vector<std::byte> input_;
    std::vector<std::byte> output_;
    bool over_ = false;
};

tree_intake::tree_intake(asio::io_context& io, tcp_listener listener, intake_orders orders)
    : io_(io),
      listens_on_(listener.address()),
      acceptor_(io),
      pause_(io),
      orders_(std::move(orders)) {
    const bool six = listens_on_.front() == '[';
    acceptor_.assign(six ? tcp::v6() : tcp::v4(), listener.release());
    for (const int child : orders_.children) {
        arrived_[{child, link_purpose::data}] = false;
        if (orders_.on_watch_link) {
            arrived_[{child, link_purpose::watch}] = false;
        }
    }
    accept_next();
}

void tree_intake::accept_next() {
    acceptor_.async_accept([this](const asio::error_code& failed, tcp::socket socket) {
        if (failed == asio::error::operation_aborted) {
            return;
        }
        if (failed) {
            pause_.expires_after(rest);
            pause_.async_wait([this](const asio::error_code& cancelled) {
                if (!cancelled) {
                    accept_next();
                }
            });
            return;
        }
        if (sessions_ < most_sessions) {
            ++sessions_;
            std::make_shared<session>(*this, std::move(socket))->start();
        } else {
            orders_.note("a connection to " + listens_on_ + " was closed: too many at once");
        }
        accept_next();
    });
}

std::string tree_intake::admit(const hello& who) {
    const std::lock_guard lock(guard_);
    const auto expected = arrived_.find({who.host, who.purpose});
    if (expected == arrived_.end()) {
        return "it knows the secret, but host " + std::to_string(who.host) + " has no place here";
    }
    if (expected->second) {
        return "host " + who.host_name + " is connected already";
    }
    if (std::string conflict = version_conflict(orders_.mine, who); !conflict.empty()) {
        conflict_ = conflict;
        changed_.notify_all();
        return conflict;
    }
    return "";
}

void tree_intake::enter(proven_link link) {
    const place where{link.who.host, link.who.purpose};
    if (link.who.purpose == link_purpose::watch) {
        orders_.on_watch_link(std::move(link));
    }
    const std::lock_guard lock(guard_);
    arrived_[where] = true;
    if (where.second == link_purpose::data) {
        links_[where.first] = std::move(link);
    }
    changed_.notify_all();
}

bool tree_intake::complete() const {
    const std::lock_guard lock(guard_);
    if (!conflict_.empty()) {
        throw capability_error(conflict_);
    }
    for (const auto& [where, there] : arrived_) {
        if (!there) {
            return false;
        }
    }
    return true;
}

void tree_intake::wait_for(std::chrono::milliseconds time) const {
    std::unique_lock lock(guard_);
    changed_.wait_for(lock, time);
}

std::vector<int> tree_intake::missing() const {
    const std::lock_guard lock(guard_);
    std::vector<int> hosts;
    for (const auto& [where, there] : arrived_) {
        if (!there && (hosts.empty() || hosts.back() != where.first)) {
            hosts.push_back(where.first);
        }
    }
    return hosts;
}

std::vector<proven_link> tree_intake::take_links() {
    const std::lock_guard lock(guard_);
    std::vector<proven_link> links;
    for (const int child : orders_.children) {
        links.push_back(std::move(links_.at(child)));
    }
    return links;
}

}  // namespace railgauge
