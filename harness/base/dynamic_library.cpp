#include "harness/base/dynamic_library.hpp"

#include <dlfcn.h>

#include "harness/base/error.hpp"

namespace railgauge {

dynamic_library::dynamic_library(const std::string& path) : path_(path) {
    void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (handle == nullptr) {
        const char* cause = dlerror();
        throw capability_error("dlopen(" + path + "): " + (cause ? cause : "unknown cause"));
    }
    handle_ = std::shared_ptr<void>(handle, [](void* open) { dlclose(open); });
}

void* dynamic_library::symbol(const char* name) const noexcept {
    return dlsym(handle_.get(), name);
}

}  // namespace railgauge
