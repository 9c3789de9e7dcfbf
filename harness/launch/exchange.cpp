#include "harness/launch/exchange.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <ctime>

#include "harness/launch/owed_work.hpp"

namespace railgauge {

namespace {

/// A rank's part of a step. Small enough that hundreds of ranks cost little memory, large enough
/// that the samples of a batch go in one step.
constexpr std::size_t slot_bytes = 16384;
/// About 20 us of spinning where every rank has a core; a wake-up costs as much.
constexpr int spins = 600;
constexpr int spins_oversubscribed = 16;
constexpr int yields = 8;

void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected,
                std::chrono::nanoseconds at_most) noexcept {
    const timespec slice{0, static_cast<long>(at_most.count())};
    ::syscall(SYS_futex, &word, FUTEX_WAIT, expected, &slice, nullptr, 0);
}

void futex_wake_all(std::atomic<std::uint32_t>& word) noexcept {
    ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace

struct exchange::control {
    alignas(64) std::atomic<std::uint32_t> arrived;
    alignas(64) std::atomic<std::uint32_t> generation;
    std::atomic<std::uint32_t> sleepers;
};

std::size_t exchange::bytes_for(int ranks) noexcept {
    return sizeof(control) + 2 * slot_bytes * static_cast<std::size_t>(ranks);
}

exchange::exchange(std::byte* memory, int rank, int ranks, bool oversubscribed,
                   std::function<void()> while_waiting)
    : control_(reinterpret_cast<control*>(memory)),
      buffers_(memory + sizeof(control)),
      rank_(rank),
      ranks_(ranks),
      oversubscribed_(oversubscribed),
      while_waiting_(std::move(while_waiting)) {}

std::byte* exchange::step_buffer() noexcept {
    return buffers_ + (step_ % 2) * slot_bytes * static_cast<std::size_t>(ranks_);
}

void exchange::barrier() {
    ++step_;
    if (ranks_ == 1) {
        return;
    }
    const std::uint32_t generation = control_->generation.load(std::memory_order_acquire);
    const auto last = static_cast<std::uint32_t>(ranks_ - 1);
    if (control_->arrived.fetch_add(1, std::memory_order_acq_rel) != last) {
        wait_for(generation);
        return;
    }
    control_->arrived.store(0, std::memory_order_relaxed);
    // Sequentially consistent on both sides: a sleeper announces itself and then looks at the
    // generation; here the generation changes and then the sleepers are looked at.
    control_->generation.fetch_add(1, std::memory_order_seq_cst);
    if (control_->sleepers.load(std::memory_order_seq_cst) != 0) {
        futex_wake_all(control_->generation);
    }
}

void exchange::wait_for(std::uint32_t generation) {
    const auto passed = [&] {
        return control_->generation.load(std::memory_order_acquire) != generation;
    };
    for (int i = 0; i < (oversubscribed_ ? spins_oversubscribed : spins); ++i) {
        if (passed()) {
            return;
        }
        relax();
    }
    for (int i = 0; i < yields; ++i) {
        if (passed()) {
            return;
        }
        ::sched_yield();
    }
    timespec before{};
    ::clock_gettime(CLOCK_MONOTONIC, &before);
    wait_slices slices;
    while (!passed()) {
        owed_work::run();
        control_->sleepers.fetch_add(1, std::memory_order_seq_cst);
        if (control_->generation.load(std::memory_order_seq_cst) == generation) {
            futex_wait(control_->generation, generation, slices.next());
        }
        control_->sleepers.fetch_sub(1, std::memory_order_seq_cst);
        timespec now{};
        ::clock_gettime(CLOCK_MONOTONIC, &now);
        const long waited_ns =
            (now.tv_sec - before.tv_sec) * 1'000'000'000 + now.tv_nsec - before.tv_nsec;
        // A signal ends a slice early; the hook reads little, but not at a signal's pace.
        if (waited_ns >= wait_slices::longest.count() && !passed()) {
            before = now;
            while_waiting_();
        }
    }
}

void exchange::broadcast(std::span<std::byte> data, int root) {
    if (ranks_ == 1) {
        return;
    }
    const std::size_t chunk_bytes = slot_bytes * static_cast<std::size_t>(ranks_);
    std::size_t at = 0;
    // A call is at least one step, so that it also orders when there are no bytes.
    do {
        const std::size_t count = std::min(chunk_bytes, data.size() - at);
        std::byte* const buffer = step_buffer();
        if (rank_ == root && count > 0) {
            std::memcpy(buffer, data.data() + at, count);
        }
        barrier();
        if (rank_ != root && count > 0) {
            std::memcpy(data.data() + at, buffer, count);
        }
        at += count;
    } while (at < data.size());
}

void exchange::gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) {
    std::size_t at = 0;
    do {
        const std::size_t count = std::min(slot_bytes, mine.size() - at);
        std::byte* const buffer = step_buffer();
        if (rank_ != root && count > 0) {
            std::memcpy(buffer + static_cast<std::size_t>(rank_) * slot_bytes, mine.data() + at,
                        count);
        }
        barrier();
        for (std::size_t rank = 0; rank_ == root && count > 0 && rank < std::size_t(ranks_);
             ++rank) {
            const std::byte* from =
                int(rank) == root ? mine.data() + at : buffer + rank * slot_bytes;
            std::memmove(all.data() + rank * mine.size() + at, from, count);
        }
        at += count;
    } while (at < mine.size());
}

void exchange::reduce_max(std::span<double> values, std::span<std::int32_t> owners) {
    std::size_t at = 0;
    if (rank_ == 0) {
        std::fill(owners.begin(), owners.end(), 0);
    }
    do {
        const std::size_t count = std::min(slot_bytes / sizeof(double), values.size() - at);
        std::byte* const buffer = step_buffer();
        if (rank_ != 0 && count > 0) {
            std::memcpy(buffer + static_cast<std::size_t>(rank_) * slot_bytes, values.data() + at,
                        count * sizeof(double));
        }
        barrier();
        for (int rank = 1; rank_ == 0 && rank < ranks_; ++rank) {
            const std::byte* const slot = buffer + static_cast<std::size_t>(rank) * slot_bytes;
            for (std::size_t i = 0; i < count; ++i) {
                double value = 0;
                std::memcpy(&value, slot + i * sizeof(double), sizeof(double));
                if (value > values[at + i]) {
                    values[at + i] = value;
                    owners[at + i] = rank;
                }
            }
        }
        at += count;
    } while (at < values.size());
}

}  // namespace railgauge
