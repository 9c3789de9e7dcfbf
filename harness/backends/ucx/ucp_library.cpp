#include "harness/backends/ucx/ucp_library.hpp"

#include <cstdlib>

#include "harness/base/dynamic_library.hpp"

namespace railgauge::ucx {
namespace {

struct opened_library {
    // Never closed: UCX leaves threads and exit handlers behind.
    dynamic_library* file = nullptr;
    ucp_calls calls;
    decltype(&::ucs_status_string) words = nullptr;
};

template <typename Function>
void find(const dynamic_library& file, Function*& target, const char* name) {
    target = file.function<Function>(name);
    if (target == nullptr) {
        throw capability_error("ucx: " + file.path() + " has no function " + name +
                               ": install UCX 1.13 or newer");
    }
}

opened_library open_library() {
    ::setenv("UCX_HANDLE_ERRORS", "none", 0);
    ::setenv("UCX_LOG_FILE", "stderr", 0);
    ::setenv("UCX_WARN_UNUSED_ENV_VARS", "n", 0);
    opened_library made;
    made.file = new dynamic_library("libucp.so.0");
#define RAILGAUGE_UCP_FIND(name) find(*made.file, made.calls.name, "ucp_" #name)
    RAILGAUGE_UCP_FUNCTIONS(RAILGAUGE_UCP_FIND);
#undef RAILGAUGE_UCP_FIND
    find(*made.file, made.words, "ucs_status_string");
    return made;
}

const opened_library& library() {
    static const opened_library the_library = open_library();
    return the_library;
}

}  // namespace

const ucp_calls& ucp() {
    return library().calls;
}

ucx_error::ucx_error(const std::string& call, ucs_status_t status, const std::string& advice)
    : error(exit_status::cannot, call + ": " + library().words(status) +
                                     (advice.empty() ? std::string() : "; " + advice)),
      code_(status) {}

void check_ucx(const char* call, ucs_status_t status, const char* advice) {
    if (status != UCS_OK) {
        throw ucx_error(call, status, advice);
    }
}

}  // namespace railgauge::ucx
