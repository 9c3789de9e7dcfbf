// An operation as the calls of NCCL that one rank makes.
#pragma once

#include <nccl.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/backends/operation_spec.hpp"

namespace railgauge::nccl {

enum class nccl_call : std::uint8_t {
    all_reduce,
    broadcast,
    reduce,
    all_gather,
    reduce_scatter,
    all_to_all,  ///< this and the next two: NCCL has them as calls from 2.28 on
    gather,
    scatter,
    send,
    receive,
};

struct nccl_step {
    nccl_call call = nccl_call::all_reduce;
    const std::byte* from = nullptr;  ///< null for receive
    std::byte* to = nullptr;          ///< null for send
    std::uint64_t count = 0;          ///< as the call of NCCL counts it
    int peer = 0;  ///< of send and receive; the root of broadcast, reduce, gather and scatter
};

/// One after the other in the stream; the steps of a group are one group of NCCL, and run together.
struct nccl_plan {
    std::vector<std::vector<nccl_step>> groups;
    ncclDataType_t type = ncclInt8;
    ncclRedOp_t op = ncclSum;
};

/// Where the rank's input and output start; `scratch` holds 4 bytes of zeros.
struct nccl_buffers {
    const std::byte* input = nullptr;
    std::byte* output = nullptr;
    std::byte* scratch = nullptr;
};

/// For a spec that nccl_supports allows, with one stream. all_to_all_v, all point-to-point kinds,
/// and without `to_all_calls` all_to_all, gather and scatter too, are grouped sends and receives, a
/// rank's own block too, out of place; a barrier is an all_reduce of one element. A rank that has
/// nothing to do (the odd one of the pairwise kinds) has no groups.
[[nodiscard]] nccl_plan make_plan(const operation_spec& spec, int rank, int ranks,
                                  const nccl_buffers& buffers, bool to_all_calls = false);

}  // namespace railgauge::nccl
