#include "harness/launch/signals.hpp"

namespace railgauge {

namespace {

// A signal handler has no other way to know whom to tell.
std::atomic<std::atomic<std::uint32_t>*> flag_to_set{nullptr};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

extern "C" void count_interrupt(int /*signal*/) {
    if (auto* flag = flag_to_set.load(std::memory_order_relaxed)) {
        flag->fetch_add(1, std::memory_order_relaxed);
    }
}

extern "C" void set_interrupt(int /*signal*/) {
    if (auto* flag = flag_to_set.load(std::memory_order_relaxed)) {
        // A launcher signals all ranks: that is one wish, not as many as there are ranks.
        std::uint32_t none = 0;
        flag->compare_exchange_strong(none, 1, std::memory_order_relaxed);
    }
}

}  // namespace

interrupt_guard::interrupt_guard(std::atomic<std::uint32_t>& flag, interrupt_role role) {
    flag_to_set.store(&flag);
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    // Without SA_RESTART a rank's transport would have to be proof against EINTR everywhere.
    action.sa_flags = role == interrupt_role::watcher ? 0 : SA_RESTART;
    action.sa_handler = role == interrupt_role::watcher ? count_interrupt : set_interrupt;
    ::sigaction(SIGTERM, &action, &before_term_);
    if (role == interrupt_role::rank) {
        action.sa_handler = SIG_IGN;
    }
    ::sigaction(SIGINT, &action, &before_int_);
}

interrupt_guard::~interrupt_guard() {
    ::sigaction(SIGINT, &before_int_, nullptr);
    ::sigaction(SIGTERM, &before_term_, nullptr);
    flag_to_set.store(nullptr);
}

}  // namespace railgauge
