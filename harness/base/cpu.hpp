// The few instructions that C++ has no word for, on each architecture.
#pragma once

#include <atomic>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace railgauge {

/// Says that this is a waiting loop: saves power, and leaves room to the core's other thread.
inline void cpu_relax() noexcept {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("yield" ::: "memory");
#endif
}

/// Orders stores that went around the caches before all that follow.
inline void streaming_store_fence() noexcept {
#if defined(__x86_64__)
    _mm_sfence();
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

}  // namespace railgauge
