// A shared library opened at run time.
#pragma once

#include <memory>
#include <string>

namespace railgauge {

class dynamic_library {
public:
    /// dlopen with RTLD_NOW | RTLD_GLOBAL (Open MPI's plug-ins need the symbols). Throws
    /// capability_error with dlerror's words.
    explicit dynamic_library(const std::string& path);

    /// nullptr where the library has no such symbol.
    [[nodiscard]] void* symbol(const char* name) const noexcept;

    template <typename Function>
    [[nodiscard]] Function* function(const char* name) const noexcept {
        return reinterpret_cast<Function*>(symbol(name));
    }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::shared_ptr<void> handle_;
    std::string path_;
};

}  // namespace railgauge
