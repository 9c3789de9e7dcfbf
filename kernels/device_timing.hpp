// Small kernels that measurements of time are made with: a chain of dependent loads, one that holds
// a stream, and a load on the arithmetic units. Each returns what the runtime said to the launch;
// records are memory that the device can write (its own, or mapped memory of the host), valid when
// the stream has come so far.
//
// Nanoseconds are of the device's global timer, which all its multiprocessors share; it moves in
// steps, of 32 ns to 1 us by the device.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace railgauge {

struct chase_record {
    std::uint64_t ticks = 0;  ///< of the multiprocessor's clock, for all steps
    std::uint64_t ns = 0;     ///< the same time by the global timer
    std::uint64_t end = 0;    ///< the address that the chase came to
};

/// One thread follows `steps` addresses of a chain (write_chase_cycle) from `start`, each of which
/// it has to wait for; past the first-level cache.
[[nodiscard]] cudaError_t launch_chase(std::uint64_t start, std::uint64_t steps,
                                       chase_record* record, cudaStream_t stream);

/// A kernel that does nothing, to time what it costs to launch one.
[[nodiscard]] cudaError_t launch_nothing(cudaStream_t stream);

struct spin_record {
    std::uint64_t began_ns = 0;
    std::uint64_t released_ns = 0;     ///< when it saw the flag or gave up; what follows may begin
    std::uint64_t released_ticks = 0;  ///< the same moment by its multiprocessor's clock
    std::uint32_t processor = 0;       ///< the number of that multiprocessor
    std::uint32_t released = 0;        ///< 1: by the flag; 0: it gave up
};

/// Holds the stream until `*flag` has reached `ticket` (counted modulo 2^32, so that one flag
/// serves any number of times without being put back) or `limit_ns` have passed since it began. The
/// flag is device memory or mapped memory of the host, and one flag can hold any number of streams
/// and devices; each looks again as soon as it has the answer.
[[nodiscard]] cudaError_t launch_spin(const std::uint32_t* flag, std::uint32_t ticket,
                                      std::uint64_t limit_ns, spin_record* record,
                                      cudaStream_t stream);

/// A round of the load is this many fused multiply-adds of float32 in each of its threads: some 5
/// us of a multiprocessor, all of its units busy.
inline constexpr std::uint64_t load_round_operations = 1024;
inline constexpr unsigned load_threads = 1024;

struct compute_load {
    unsigned processors = 0;  ///< blocks of load_threads, which devices place on a multiprocessor
                              ///< each while there are free ones; 0: as many as the device has
    std::uint64_t rounds = ~std::uint64_t{0};  ///< of each block, at most
    std::uint64_t limit_ns = 0;                ///< a block begins no round after so long
};

struct load_record {
    unsigned long long rounds = 0;   ///< done by all blocks
    unsigned long long busy_ns = 0;  ///< summed over the blocks
};

/// Keeps multiprocessors busy for a time (rounds left open: what else ran shows in how many were
/// done) or with an amount of work (what else ran shows in the time). Clears `record` first.
[[nodiscard]] cudaError_t launch_load(const compute_load& load, load_record* record,
                                      cudaStream_t stream);

}  // namespace railgauge
