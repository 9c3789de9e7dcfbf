#include "harness/launch/signals.hpp"

namespace railgauge {

namespace {

// A signal handler has no other way to know whom to tell.
std::atomic<std::atomic<std::uint32_t>*> flag_to_set{nullptr};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

std::atomic<std::uint32_t> signals_seen{0};

constexpr std::int64_t same_wish_ns = 250'000'000;

extern "C" void note_interrupt(int /*signal*/) {
    signals_seen.fetch_add(1, std::memory_order_relaxed);
    if (auto* flag = flag_to_set.load(std::memory_order_relaxed)) {
        flag->store(1, std::memory_order_relaxed);
    }
}

}  // namespace

interrupt_guard::interrupt_guard(std::atomic<std::uint32_t>& flag, interrupt_role role) {
    before_flag_ = flag_to_set.exchange(&flag);
    signals_seen.store(0);
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    // Without SA_RESTART a rank's transport would have to be proof against EINTR everywhere.
    action.sa_flags = role == interrupt_role::watcher ? 0 : SA_RESTART;
    action.sa_handler = note_interrupt;
    ::sigaction(SIGTERM, &action, &before_term_);
    if (role == interrupt_role::rank) {
        action.sa_handler = SIG_IGN;
    }
    ::sigaction(SIGINT, &action, &before_int_);
    // A terminal that goes away tells all of its processes; under nohup it stays ignored.
    ::sigaction(SIGHUP, nullptr, &before_hup_);
    if (before_hup_.sa_handler != SIG_IGN) {
        ::sigaction(SIGHUP, &action, nullptr);
    }
}

bool interrupt_guard::insisted(std::int64_t now_ns) noexcept {
    const std::uint32_t count = signals_seen.load(std::memory_order_relaxed);
    if (count == 0) {
        return false;
    }
    if (first_seen_ns_ == 0) {
        first_seen_ns_ = now_ns;
    }
    if (now_ns - first_seen_ns_ < same_wish_ns) {
        first_count_ = count;
    }
    return count > first_count_;
}

interrupt_guard::~interrupt_guard() {
    ::sigaction(SIGHUP, &before_hup_, nullptr);
    ::sigaction(SIGINT, &before_int_, nullptr);
    ::sigaction(SIGTERM, &before_term_, nullptr);
    flag_to_set.store(before_flag_);
}

}  // namespace railgauge
