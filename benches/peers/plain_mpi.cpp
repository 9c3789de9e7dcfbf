#include "benches/peers/plain_mpi.hpp"

#define MPICH_SKIP_MPICXX 1
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace peers {
namespace {

MPI_Comm comm = MPI_COMM_NULL;
int own_rank = 0;
plain_clock used_clock = plain_clock::monotonic;

inline std::uint64_t now() {
#if defined(__x86_64__)
    if (used_clock == plain_clock::x86_counter) {
        unsigned processor;
        return __rdtscp(&processor);
    }
#elif defined(__aarch64__)
    if (used_clock == plain_clock::arm_counter) {
        std::uint64_t ticks;
        asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
        return ticks;
    }
#endif
    timespec read{};
    clock_gettime(CLOCK_MONOTONIC, &read);
    return static_cast<std::uint64_t>(read.tv_sec) * 1000000000U +
           static_cast<std::uint64_t>(read.tv_nsec);
}

bool loop_all_reduce(const plain_batch& b, const float* in, float* out, int count, double* mine) {
    int failed = 0;
    std::uint64_t start = b.start_ticks;
    for (int i = 0; i < b.samples; ++i, start += b.period_ticks) {
        std::uint64_t time = now();
        const bool late = time > start;
        while (time < start) time = now();
        for (int k = 0; k < b.operations; ++k) {
            failed |= MPI_Allreduce(in, out, count, MPI_FLOAT, MPI_SUM, comm);
        }
        const std::uint64_t end = now();
        mine[i] = late ? plain_late : static_cast<double>(end - start);
    }
    return failed == MPI_SUCCESS;
}

bool loop_broadcast(const plain_batch& b, float* buffer, int count, double* mine) {
    int failed = 0;
    std::uint64_t start = b.start_ticks;
    for (int i = 0; i < b.samples; ++i, start += b.period_ticks) {
        std::uint64_t time = now();
        const bool late = time > start;
        while (time < start) time = now();
        for (int k = 0; k < b.operations; ++k) {
            failed |= MPI_Bcast(buffer, count, MPI_FLOAT, 0, comm);
        }
        const std::uint64_t end = now();
        mine[i] = late ? plain_late : static_cast<double>(end - start);
    }
    return failed == MPI_SUCCESS;
}

bool loop_all_to_all(const plain_batch& b, const float* in, float* out, int count, double* mine) {
    int failed = 0;
    std::uint64_t start = b.start_ticks;
    for (int i = 0; i < b.samples; ++i, start += b.period_ticks) {
        std::uint64_t time = now();
        const bool late = time > start;
        while (time < start) time = now();
        for (int k = 0; k < b.operations; ++k) {
            failed |= MPI_Alltoall(in, count, MPI_FLOAT, out, count, MPI_FLOAT, comm);
        }
        const std::uint64_t end = now();
        mine[i] = late ? plain_late : static_cast<double>(end - start);
    }
    return failed == MPI_SUCCESS;
}

}  // namespace

void plain_begin(plain_clock clock) {
    used_clock = clock;
    MPI_Comm_dup(MPI_COMM_WORLD, &comm);
    MPI_Comm_rank(comm, &own_rank);
}

bool plain_run(plain_operation what, const plain_batch& batch, const float* input, float* output,
               int count, double* mine, double* longest) {
    bool fine = true;
    switch (what) {
        case plain_operation::all_reduce:
            fine = loop_all_reduce(batch, input, output, count, mine);
            break;
        case plain_operation::broadcast:
            fine = loop_broadcast(batch, own_rank == 0 ? const_cast<float*>(input) : output, count,
                                  mine);
            break;
        case plain_operation::all_to_all:
            fine = loop_all_to_all(batch, input, output, count, mine);
            break;
    }
    return MPI_Reduce(mine, longest, batch.samples, MPI_DOUBLE, MPI_MAX, 0, comm) == MPI_SUCCESS &&
           fine;
}

}  // namespace peers
