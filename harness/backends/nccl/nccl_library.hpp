// NCCL, opened at run time in the rank, so that one binary works with and without it and with any
// version from 2.7 on. What a version lacks is null, and turns off what needs it.
#pragma once

#include <nccl.h>

#include <cstddef>
#include <string>

#include "harness/base/dynamic_library.hpp"
#include "harness/base/error.hpp"

namespace railgauge::nccl {

/// NCCL's functions under their names without the prefix `nccl`. Tests put their own in.
struct nccl_calls {
#define RAILGAUGE_NCCL_REQUIRED(each) \
    each(GetVersion);                 \
    each(GetErrorString);             \
    each(GetUniqueId);                \
    each(CommInitRank);               \
    each(CommDestroy);                \
    each(CommAbort);                  \
    each(CommGetAsyncError);          \
    each(AllReduce);                  \
    each(Broadcast);                  \
    each(Reduce);                     \
    each(AllGather);                  \
    each(ReduceScatter);              \
    each(Send);                       \
    each(Recv);                       \
    each(GroupStart);                 \
    each(GroupEnd)
#define RAILGAUGE_NCCL_OPTIONAL(each) \
    each(GetLastError);               \
    each(CommInitRankConfig);         \
    each(CommInitRankScalable);       \
    each(CommFinalize);               \
    each(CommSplit);                  \
    each(CommRegister);               \
    each(CommDeregister);             \
    each(CommWindowRegister);         \
    each(CommWindowDeregister);       \
    each(MemAlloc);                   \
    each(MemFree);                    \
    each(GroupSimulateEnd);           \
    each(RedOpCreatePreMulSum);       \
    each(RedOpDestroy)
#define RAILGAUGE_NCCL_MEMBER(name) decltype(&::nccl##name) name = nullptr
    RAILGAUGE_NCCL_REQUIRED(RAILGAUGE_NCCL_MEMBER);
    RAILGAUGE_NCCL_OPTIONAL(RAILGAUGE_NCCL_MEMBER);
#undef RAILGAUGE_NCCL_MEMBER
    // Of 2.28, which the header of an older one does not know.
    using to_all = ncclResult_t(const void* from, void* to, std::size_t count, ncclDataType_t,
                                ncclComm_t, cudaStream_t);
    using rooted = ncclResult_t(const void* from, void* to, std::size_t count, ncclDataType_t,
                                int root, ncclComm_t, cudaStream_t);
    to_all* AlltoAll = nullptr;
    rooted* Gather = nullptr;
    rooted* Scatter = nullptr;
};

struct nccl_library {
    nccl_calls calls;
    int version = 0;  ///< as NCCL_VERSION codes it
    std::string path;
    const dynamic_library* file = nullptr;  ///< never closed: NCCL leaves threads behind
};

/// What RAILGAUGE_NCCL_LIBRARY names, else libnccl.so.2 as the loader finds it.
[[nodiscard]] std::string nccl_path();

/// Opens `path` for good. Throws capability_error where it cannot be
/// opened or is not NCCL.
[[nodiscard]] nccl_library open_nccl(const std::string& path);

/// That of nccl_path, opened at the first call.
[[nodiscard]] const nccl_library& nccl();

/// 22809 is "2.28.9"; before 2.9 the code had a digit less, and 2708 is "2.7.8".
[[nodiscard]] std::string version_text(int version);

/// A call of NCCL failed. The text is "call: NCCL's words: its last error; advice". Status 5 where
/// NCCL says that another process or the network ended it (ncclRemoteError), else 3.
class nccl_error : public error {
public:
    nccl_error(const nccl_calls& calls, const std::string& call, ncclResult_t code,
               ncclComm_t communicator);
    [[nodiscard]] ncclResult_t code() const noexcept { return code_; }

private:
    ncclResult_t code_;
};

/// Throws nccl_error unless `code` is ncclSuccess, or ncclInProgress, which calls on a non-blocking
/// communicator give. `communicator` may be null.
void check_nccl(const nccl_calls& calls, const char* call, ncclResult_t code,
                ncclComm_t communicator);

}  // namespace railgauge::nccl
