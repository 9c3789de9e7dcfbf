// The leader's watch over the other hosts: a thread that passes verdicts on and notices when a
// neighbour in the tree falls silent. It works while the leader itself measures.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "harness/launch/board.hpp"
#include "harness/launch/hosts.hpp"
#include "harness/launch/tree_intake.hpp"
#include "harness/launch/watch_link.hpp"
#include "harness/machine/link_watch.hpp"

namespace railgauge {

class tree_watch {
public:
    /// Starts the thread. `children` are this host's; an empty list closes the listener.
    tree_watch(std::shared_ptr<board> where, const hello& mine, tcp_listener listener,
               const job_secret& secret, const std::vector<int>& children);
    /// As `leave` where that has not been called.
    ~tree_watch();
    tree_watch(const tree_watch&) = delete;
    tree_watch& operator=(const tree_watch&) = delete;

    /// From now on the parent is watched as well.
    void add_parent(proven_link link);
    /// Waits for all children; their connections for data, in order. Throws deadline_error where
    /// one does not come until `until`, and what `while_waiting` throws.
    [[nodiscard]] std::vector<proven_link> await_children(tcp_stream::time_point until,
                                                          const tcp_stream::hook& while_waiting);
    /// This host's ranks have finished, or the job has a verdict: passes that on, waits (but not
    /// for ever) until the hosts below have left, tells the parent, and ends the thread.
    void leave() noexcept;

private:
    void tick();
    void look_at_the_board();
    void look_for_silence();
    void say_alive();
    void pass_notes();
    void go_when_done();
    void send_all(const std::vector<std::byte>& frame, const watch_link* except = nullptr);
    void pass_verdict(const verdict& found, const watch_link* except);
    void take(watch_link& from, frame_kind kind, std::span<const std::byte> payload);
    void lose(watch_link& which, const std::string& how);
    void enter(proven_link link, bool is_parent);
    [[nodiscard]] bool all_sent() const;

    std::shared_ptr<board> board_;
    hello mine_;
    std::vector<int> children_;
    std::int64_t silence_limit_ns_;
    std::int64_t alive_every_ns_;

    asio::io_context io_;
    asio::steady_timer timer_;
    std::unique_ptr<tree_intake> intake_;
    watch_link::events events_;
    std::vector<std::shared_ptr<watch_link>> neighbours_;
    std::int64_t last_tick_ns_ = 0;
    std::int64_t last_alive_ns_ = 0;
    std::int64_t leaving_since_ns_ = 0;
    link_watch links_;
    std::size_t notes_passed_ = 0;
    std::uint32_t suspicions_passed_ = 0;
    bool verdict_passed_ = false;
    bool told_passed_ = false;
    bool interrupt_passed_ = false;
    bool said_leaving_ = false;
    std::atomic<bool> leaving_{false};
    std::thread thread_;
};

}  // namespace railgauge
