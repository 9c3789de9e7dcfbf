#include "harness/launch/tree_watch.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <asio/post.hpp>
#include <utility>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds tick_length{50};
/// The watch itself was stopped or starved when its ticks are further apart.
constexpr std::int64_t own_pause_ns = 1'000'000'000;
/// Silence is judged sooner than a late rank: a host that is gone explains why others are late.
constexpr double silence_share = 0.6;
constexpr std::int64_t least_silence_ns = 1'500'000'000;
constexpr std::int64_t most_silence_ns = 15'000'000'000;
constexpr int signs_within_silence = 6;
/// How long this host waits for the hosts below to leave.
constexpr std::int64_t leaving_limit_ns = 10'000'000'000;
/// How long a verdict may take to be sent to hosts that may be dead.
constexpr std::int64_t passing_limit_ns = 1'000'000'000;

std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

tree_watch::tree_watch(std::shared_ptr<board> where, const hello& mine, tcp_listener listener,
                       const job_secret& secret, const std::vector<int>& children)
    : board_(std::move(where)),
      mine_(mine),
      children_(children),
      silence_limit_ns_(
          std::clamp(static_cast<std::int64_t>(silence_share *
                                               static_cast<double>(board_->header().step_limit_ns)),
                     least_silence_ns, most_silence_ns)),
      alive_every_ns_(silence_limit_ns_ / signs_within_silence),
      timer_(io_) {
    events_.on_frame = [this](watch_link& from, frame_kind kind,
                              std::span<const std::byte> payload) { take(from, kind, payload); };
    events_.on_end = [this](watch_link& which, const std::string& how) { lose(which, how); };
    if (!children_.empty()) {
        intake_ = std::make_unique<tree_intake>(
            io_, std::move(listener),
            intake_orders{mine_, secret, children_,
                          [this](const std::string& text) { board_->note(text); },
                          [this](proven_link link) { enter(std::move(link), false); }});
    }
    board_->header().tree_watched.store(1, std::memory_order_release);
    tick();
    // The thread inherits the mask: signals stay with the thread that measures.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { io_.run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

tree_watch::~tree_watch() {
    leave();
}

void tree_watch::leave() noexcept {
    leaving_.store(true);
    if (thread_.joinable()) {
        thread_.join();
    }
    board_->header().tree_watched.store(0, std::memory_order_release);
}

void tree_watch::add_parent(proven_link link) {
    auto shared = std::make_shared<proven_link>(std::move(link));
    asio::post(io_, [this, shared] { enter(std::move(*shared), true); });
}

void tree_watch::enter(proven_link link, bool is_parent) {
    auto added = std::make_shared<watch_link>(io_, std::move(link), is_parent, events_);
    neighbours_.push_back(added);
    added->start();
}

std::vector<proven_link> tree_watch::await_children(tcp_stream::time_point until,
                                                    const tcp_stream::hook& while_waiting) {
    if (!intake_) {
        return {};
    }
    while (!intake_->complete()) {
        intake_->wait_for(tick_length);
        while_waiting();
        if (std::chrono::steady_clock::now() > until) {
            const std::vector<int> missing = intake_->missing();
            throw deadline_error(fmt::format(
                "host {} (index {}) waited in vain for {} of the {} hosts below it in the tree, "
                "the first is the job's host of index {}: check that its ranks were started, and "
                "that the management network lets them connect to this host",
                mine_.host_name, mine_.host, missing.size(), children_.size(),
                missing.empty() ? -1 : missing.front()));
        }
    }
    return intake_->take_links();
}

void tree_watch::tick() {
    const std::int64_t now_ns = monotonic_ns();
    if (last_tick_ns_ != 0 && now_ns - last_tick_ns_ > own_pause_ns) {
        // What the neighbours said meanwhile waits in the sockets.
        for (const auto& each : neighbours_) {
            each->heard_ns = now_ns;
        }
    }
    last_tick_ns_ = now_ns;
    look_at_the_board();
    look_for_silence();
    say_alive();
    pass_notes();
    if (leaving_.load()) {
        go_when_done();
        if (io_.stopped()) {
            return;
        }
    }
    timer_.expires_after(tick_length);
    timer_.async_wait([this](const asio::error_code& cancelled) {
        if (!cancelled) {
            tick();
        }
    });
}

void tree_watch::look_at_the_board() {
    board_header& head = board_->header();
    if (board_->decided()) {
        if (!verdict_passed_) {
            pass_verdict(board_->decision(), nullptr);
        }
        if (all_sent()) {
            head.verdict_passed.store(1, std::memory_order_release);
        }
    }
    if (!told_passed_ && head.verdict_told.load() != 0) {
        told_passed_ = true;
        send_all(watch_frame(frame_kind::told));
    }
    if (!interrupt_passed_ && head.interrupted.load() != 0) {
        interrupt_passed_ = true;
        send_all(watch_frame(frame_kind::interrupt));
    }
}

void tree_watch::look_for_silence() {
    for (const auto& each : std::vector(neighbours_)) {
        const std::int64_t silent_ns = last_tick_ns_ - each->heard_ns;
        if (each->is_open() && !each->leaving && silent_ns > silence_limit_ns_) {
            lose(*each,
                 fmt::format("not heard from for {:.1f} s", static_cast<double>(silent_ns) / 1e9));
            each->close();
        }
    }
}

void tree_watch::say_alive() {
    if (last_tick_ns_ - last_alive_ns_ >= alive_every_ns_) {
        last_alive_ns_ = last_tick_ns_;
        send_all(watch_frame(frame_kind::alive));
        // Whoever waits for a message over a link that is gone cannot know why it does not come.
        for (const std::string& change : links_.changes()) {
            board_->note(fmt::format("host {}: {}", mine_.host_name, change));
        }
    }
}

void tree_watch::pass_notes() {
    std::vector<std::string> fresh = board_->notes(notes_passed_);
    const std::vector<verdict> suspicions = board_->header().suspicions.all();
    for (const auto& each : neighbours_) {
        if (!each->is_parent()) {
            continue;
        }
        for (const std::string& text : fresh) {
            each->send(watch_frame(frame_kind::note, bytes_of(text)));
        }
        for (std::size_t i = suspicions_passed_; i < suspicions.size(); ++i) {
            each->send(watch_frame(frame_kind::suspicion, encode_verdict(suspicions[i])));
        }
        notes_passed_ += fresh.size();
        suspicions_passed_ = suspicions.size();
    }
}

bool tree_watch::all_sent() const {
    return std::all_of(neighbours_.begin(), neighbours_.end(),
                       [](const auto& each) { return !each->is_open() || each->all_sent(); });
}

void tree_watch::go_when_done() {
    if (leaving_since_ns_ == 0) {
        leaving_since_ns_ = last_tick_ns_;
    }
    const std::int64_t waited_ns = last_tick_ns_ - leaving_since_ns_;
    const bool below_gone = std::all_of(
        neighbours_.begin(), neighbours_.end(),
        [](const auto& each) { return each->is_parent() || each->leaving || !each->is_open(); });
    const bool ended = board_->decided();
    if (!ended && !below_gone && waited_ns < leaving_limit_ns) {
        return;
    }
    // The monitor is about to say why.
    const bool failed = board_->cell(0).state.load() == rank_state::failed;
    if (failed && !ended && waited_ns < passing_limit_ns) {
        return;
    }
    if (!said_leaving_) {
        said_leaving_ = true;
        send_all(watch_frame(frame_kind::leaving));
    }
    if (all_sent() || waited_ns > leaving_limit_ns || (ended && waited_ns > passing_limit_ns)) {
        for (const auto& each : neighbours_) {
            each->close();
        }
        io_.stop();
    }
}

void tree_watch::send_all(const std::vector<std::byte>& frame, const watch_link* except) {
    for (const auto& each : neighbours_) {
        if (each.get() != except) {
            each->send(frame);
        }
    }
}

void tree_watch::pass_verdict(const verdict& found, const watch_link* except) {
    verdict_passed_ = true;
    send_all(watch_frame(frame_kind::verdict, encode_verdict(found)), except);
}

void tree_watch::take(watch_link& from, frame_kind kind, std::span<const std::byte> payload) {
    board_header& head = board_->header();
    switch (kind) {
        case frame_kind::alive: return;
        case frame_kind::leaving: from.leaving = true; return;
        case frame_kind::interrupt:
            interrupt_passed_ = true;
            head.interrupted.store(1);
            send_all(watch_frame(frame_kind::interrupt), &from);
            return;
        case frame_kind::told:
            told_passed_ = true;
            head.verdict_told.store(1, std::memory_order_release);
            send_all(watch_frame(frame_kind::told), &from);
            return;
        case frame_kind::note: board_->note(printable_text(payload, 255)); return;
        case frame_kind::suspicion:
            if (const auto suspected = decode_verdict(payload)) {
                head.suspicions.add(*suspected);
            }
            return;
        case frame_kind::verdict:
            if (auto found = decode_verdict(payload)) {
                found->tell_here = mine_.host == 0;
                if (board_->decide(*found)) {
                    pass_verdict(*found, &from);
                }
            }
            return;
        default: lose(from, "what came over it does not belong there"); from.close();
    }
}

void tree_watch::lose(watch_link& which, const std::string& how) {
    if (which.leaving || board_->decided()) {
        return;
    }
    const hello& who = which.who();
    verdict found;
    found.text = fmt::format(
        "host {} is lost to host {}: {} (management network, {}): the first rank there (rank {}, "
        "pid {}) was ended or stopped, or the host or this network between the two is down",
        who.host_name, mine_.host_name, how, which.ends(), who.rank, who.pid);
    // Where host 0 is the one that is lost, nobody there may be able to tell it.
    found.tell_here = mine_.host == 0 || who.host == 0;
    board_->decide(found);
}

}  // namespace railgauge
