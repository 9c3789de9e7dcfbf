// A leader's open door: takes its children's connections in, and turns everyone else away.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "harness/launch/handshake.hpp"
#include "harness/launch/job_secret.hpp"
#include "harness/launch/tcp_listener.hpp"
#include "harness/launch/tcp_stream.hpp"

namespace railgauge {

/// A connection whose other end has proven itself.
struct proven_link {
    hello who;
    tcp_stream stream;
};

/// Why versions that meet do not go together, in words; empty where they do.
[[nodiscard]] std::string version_conflict(const hello& mine, const hello& peer);

struct intake_orders {
    hello mine;
    job_secret secret;
    std::vector<int> children;  ///< hosts that will connect
    /// Called for each connection that is turned away, with who it was and why.
    std::function<void(const std::string&)> note;
    /// Takes the children's connections for the watch; empty where there is none. Called where the
    /// io_context runs.
    std::function<void(proven_link)> on_watch_link;
};

/// Works while `io` is run, in whichever thread; the other functions may be called from any. Many
/// connections are served at once, so one that is slow or says nonsense keeps nobody waiting; each
/// has a few seconds to prove itself.
class tree_intake {
public:
    tree_intake(asio::io_context& io, tcp_listener listener, intake_orders orders);
    tree_intake(const tree_intake&) = delete;
    tree_intake& operator=(const tree_intake&) = delete;

    /// Every child is connected for all purposes. Throws capability_error where one is of another
    /// version.
    [[nodiscard]] bool complete() const;
    /// Returns after `time` at the latest, or as soon as anything has changed.
    void wait_for(std::chrono::milliseconds time) const;
    /// Hosts that have not connected yet.
    [[nodiscard]] std::vector<int> missing() const;
    /// The connections for data, in the order of `children`; once `complete`.
    [[nodiscard]] std::vector<proven_link> take_links();

private:
    class session;
    using place = std::pair<int, link_purpose>;

    void accept_next();
    /// In the end of a handshake. Empty, or why this peer is turned away.
    [[nodiscard]] std::string admit(const hello& who);
    void enter(proven_link link);

    asio::io_context& io_;
    std::string listens_on_;
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    intake_orders orders_;
    int sessions_ = 0;

    mutable std::mutex guard_;
    mutable std::condition_variable changed_;
    std::map<place, bool> arrived_;  ///< all that are expected; true: entered
    std::map<int, proven_link> links_;
    std::string conflict_;
};

}  // namespace railgauge
