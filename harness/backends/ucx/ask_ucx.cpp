#include "harness/backends/ucx/ask_ucx.hpp"

#include <dlfcn.h>

#include "harness/base/error.hpp"
#include "harness/launch/child_answer.hpp"

namespace railgauge::ucx {
namespace {

constexpr const char* library_name = "libucp.so.0";

/// The version that `library` states. Throws capability_error where it is none.
std::string version_in(void* library) {
    if (library == nullptr) {
        const char* words = ::dlerror();
        throw capability_error(words != nullptr ? words : "it cannot be opened");
    }
    const auto version =
        reinterpret_cast<const char* (*)()>(::dlsym(library, "ucp_get_version_string"));
    if (version == nullptr) {
        throw capability_error(std::string(library_name) + " has no version");
    }
    return version();
}

}  // namespace

ucx_answer ask_ucx() {
    if (void* open = ::dlopen(library_name, RTLD_NOW | RTLD_NOLOAD)) {
        ucx_answer found;
        try {
            found.version = version_in(open);
        } catch (const capability_error& failure) {
            found.problem = failure.what();
        }
        ::dlclose(open);
        return found;
    }
    child_answer got =
        ask_in_child([] { return version_in(::dlopen(library_name, RTLD_NOW | RTLD_LOCAL)); });
    if (!got.failure.empty() && got.failure.find(library_name) == std::string::npos) {
        got.failure = std::string(library_name) + ": " + got.failure;
    }
    return {std::move(got.text), std::move(got.failure)};
}

}  // namespace railgauge::ucx
