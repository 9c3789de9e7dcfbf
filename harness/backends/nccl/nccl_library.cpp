#include "harness/backends/nccl/nccl_library.hpp"

#include <cstdlib>
#include <memory>
#include <string_view>

#include "harness/backends/nccl/nccl_profiler.hpp"

namespace railgauge::nccl {
namespace {

template <typename Function>
void find(const dynamic_library& file, Function*& target, const char* name, bool required) {
    target = file.function<Function>(name);
    if (target == nullptr && required) {
        throw capability_error(file.path() + " has no function " + name +
                               ", so it is not NCCL 2.7 or newer; name another one with "
                               "--nccl-library");
    }
}

std::unique_ptr<dynamic_library> open_file(const std::string& path) {
    try {
        return std::make_unique<dynamic_library>(path);
    } catch (const capability_error& failure) {
        throw capability_error(std::string("NCCL cannot be opened: ") + failure.what() +
                               "; install it, or name one with --nccl-library");
    }
}

std::string words_of(const nccl_calls& calls, ncclResult_t code, ncclComm_t communicator) {
    std::string words = calls.GetErrorString(code);
    if (calls.GetLastError != nullptr) {
        const char* last = calls.GetLastError(communicator);
        if (last != nullptr && *last != '\0') words += std::string(": ") + last;
    }
    return words;
}

std::string_view advice_for(ncclResult_t code) {
    switch (code) {
        case ncclUnhandledCudaError:
        case ncclSystemError:
        case ncclInternalError:
        case ncclInvalidUsage: return "; NCCL_DEBUG=WARN says more";
        case ncclRemoteError: return "; a rank has ended or the network has failed";
        default: return "";
    }
}

}  // namespace

std::string nccl_path() {
    const char* named = std::getenv("RAILGAUGE_NCCL_LIBRARY");
    return named != nullptr && *named != '\0' ? named : "libnccl.so.2";
}

nccl_library open_nccl(const std::string& path) {
    nccl_library made;
    made.path = path;
    auto file = open_file(path);
#define RAILGAUGE_NCCL_FIND(name) find(*file, made.calls.name, "nccl" #name, true)
    RAILGAUGE_NCCL_REQUIRED(RAILGAUGE_NCCL_FIND);
#undef RAILGAUGE_NCCL_FIND
#define RAILGAUGE_NCCL_FIND(name) find(*file, made.calls.name, "nccl" #name, false)
    RAILGAUGE_NCCL_OPTIONAL(RAILGAUGE_NCCL_FIND);
#undef RAILGAUGE_NCCL_FIND
    find(*file, made.calls.AlltoAll, "ncclAlltoAll", false);
    find(*file, made.calls.Gather, "ncclGather", false);
    find(*file, made.calls.Scatter, "ncclScatter", false);
    check_nccl(made.calls, "ncclGetVersion", made.calls.GetVersion(&made.version), nullptr);
    made.file = file.release();
    return made;
}

const nccl_library& nccl() {
    static const nccl_library the_library = [] {
        use_own_profiler();
        return open_nccl(nccl_path());
    }();
    return the_library;
}

std::string version_text(int version) {
    const int major = version >= 10000 ? version / 10000 : version / 1000;
    const int minor = version >= 10000 ? version / 100 % 100 : version / 100 % 10;
    return std::to_string(major) + "." + std::to_string(minor) + "." +
           std::to_string(version % 100);
}

nccl_error::nccl_error(const nccl_calls& calls, const std::string& call, ncclResult_t code,
                       ncclComm_t communicator)
    : error(code == ncclRemoteError ? exit_status::unfinished : exit_status::cannot,
            call + ": " + words_of(calls, code, communicator) + std::string(advice_for(code))),
      code_(code) {}

void check_nccl(const nccl_calls& calls, const char* call, ncclResult_t code,
                ncclComm_t communicator) {
    if (code != ncclSuccess && code != ncclInProgress) {
        throw nccl_error(calls, call, code, communicator);
    }
}

}  // namespace railgauge::nccl
