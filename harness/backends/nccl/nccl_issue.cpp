#include "harness/backends/nccl/nccl_issue.hpp"

namespace railgauge::nccl {

issued_call issue(const nccl_calls& c, const nccl_step& s, const nccl_plan& plan, ncclComm_t comm,
                  cudaStream_t stream) {
    const ncclDataType_t type = plan.type;
    switch (s.call) {
        case nccl_call::all_reduce:
            return {"ncclAllReduce",
                    c.AllReduce(s.from, s.to, s.count, type, plan.op, comm, stream)};
        case nccl_call::broadcast:
            return {"ncclBroadcast",
                    c.Broadcast(s.from, s.to, s.count, type, s.peer, comm, stream)};
        case nccl_call::reduce:
            return {"ncclReduce",
                    c.Reduce(s.from, s.to, s.count, type, plan.op, s.peer, comm, stream)};
        case nccl_call::all_gather:
            return {"ncclAllGather", c.AllGather(s.from, s.to, s.count, type, comm, stream)};
        case nccl_call::reduce_scatter:
            return {"ncclReduceScatter",
                    c.ReduceScatter(s.from, s.to, s.count, type, plan.op, comm, stream)};
        case nccl_call::all_to_all:
            return {"ncclAlltoAll", c.AlltoAll(s.from, s.to, s.count, type, comm, stream)};
        case nccl_call::gather:
            return {"ncclGather", c.Gather(s.from, s.to, s.count, type, s.peer, comm, stream)};
        case nccl_call::scatter:
            return {"ncclScatter", c.Scatter(s.from, s.to, s.count, type, s.peer, comm, stream)};
        case nccl_call::send:
            return {"ncclSend", c.Send(s.from, s.count, type, s.peer, comm, stream)};
        case nccl_call::receive:
            return {"ncclRecv", c.Recv(s.to, s.count, type, s.peer, comm, stream)};
    }
    return {"an unknown call", ncclInvalidArgument};
}

}  // namespace railgauge::nccl
