// Included by the module's sources only, which are compiled once per MPI library: mpi.h, the words
// of its errors, and its calls with two widths of counts.
#pragma once

// Only the C interface is used; the C++ one is gone from the standard and drags a library along.
#define MPICH_SKIP_MPICXX 1
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <cstdint>
#include <limits>

#include "harness/base/operation_kind.hpp"
#include "kernels/types.hpp"

namespace railgauge {

/// Throws mpi_error with MPI_Error_string's words.
[[noreturn]] void throw_mpi_error(const char* call, int code);

inline void check_mpi(const char* call, int code) {
    if (code != MPI_SUCCESS) [[unlikely]] {
        throw_mpi_error(call, code);
    }
}

/// The calls with counts of int, which is what nearly every program uses and so what is timed
/// whenever the counts fit.
struct mpi_int_calls {
    using count_type = int;
    using offset_type = int;
    static constexpr auto all_reduce = MPI_Allreduce;
    static constexpr auto all_gather = MPI_Allgather;
    static constexpr auto reduce_scatter = MPI_Reduce_scatter_block;
    static constexpr auto broadcast = MPI_Bcast;
    static constexpr auto reduce = MPI_Reduce;
    static constexpr auto gather = MPI_Gather;
    static constexpr auto scatter = MPI_Scatter;
    static constexpr auto all_to_all = MPI_Alltoall;
    static constexpr auto all_to_all_v = MPI_Alltoallv;
    static constexpr auto send_receive = MPI_Sendrecv;
    static constexpr auto send_receive_replace = MPI_Sendrecv_replace;
    static constexpr auto send = MPI_Send;
    static constexpr auto receive = MPI_Recv;
};

#if MPI_VERSION >= 4
inline constexpr bool mpi_has_large_counts = true;

/// The same with MPI_Count (MPI 4.0, section 2.5.8 "Counts").
struct mpi_large_calls {
    using count_type = MPI_Count;
    using offset_type = MPI_Aint;
    static constexpr auto all_reduce = MPI_Allreduce_c;
    static constexpr auto all_gather = MPI_Allgather_c;
    static constexpr auto reduce_scatter = MPI_Reduce_scatter_block_c;
    static constexpr auto broadcast = MPI_Bcast_c;
    static constexpr auto reduce = MPI_Reduce_c;
    static constexpr auto gather = MPI_Gather_c;
    static constexpr auto scatter = MPI_Scatter_c;
    static constexpr auto all_to_all = MPI_Alltoall_c;
    static constexpr auto all_to_all_v = MPI_Alltoallv_c;
    static constexpr auto send_receive = MPI_Sendrecv_c;
    static constexpr auto send_receive_replace = MPI_Sendrecv_replace_c;
    static constexpr auto send = MPI_Send_c;
    static constexpr auto receive = MPI_Recv_c;
};
#else
inline constexpr bool mpi_has_large_counts = false;
using mpi_large_calls = mpi_int_calls;  // never chosen: `supports` refuses such counts
#endif

/// Floating point below 32 bits travels as unsigned integers: MPI 4 has no such types, and copies
/// need none.
inline MPI_Datatype mpi_type_of(dtype type) {
    switch (type) {
        case dtype::int8: return MPI_INT8_T;
        case dtype::uint8:
        case dtype::fp8_e4m3:
        case dtype::fp8_e5m2: return MPI_UINT8_T;
        case dtype::int16: return MPI_INT16_T;
        case dtype::uint16:
        case dtype::float16:
        case dtype::bfloat16: return MPI_UINT16_T;
        case dtype::int32: return MPI_INT32_T;
        case dtype::uint32: return MPI_UINT32_T;
        case dtype::int64: return MPI_INT64_T;
        case dtype::uint64: return MPI_UINT64_T;
        case dtype::float32: return MPI_FLOAT;
        case dtype::float64: return MPI_DOUBLE;
    }
    return MPI_DATATYPE_NULL;
}

/// `avg` and `mulsum` have no counterpart in MPI.
inline MPI_Op mpi_op_of(redop op) {
    switch (op) {
        case redop::sum: return MPI_SUM;
        case redop::prod: return MPI_PROD;
        case redop::min: return MPI_MIN;
        case redop::max: return MPI_MAX;
        case redop::avg:
        case redop::mulsum: return MPI_OP_NULL;
    }
    return MPI_OP_NULL;
}

}  // namespace railgauge
