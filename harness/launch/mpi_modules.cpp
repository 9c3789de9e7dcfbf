#include "harness/launch/mpi_modules.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "harness/base/dynamic_library.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/child_answer.hpp"

namespace railgauge {

namespace {

constexpr std::array flavours{"mpich", "openmpi", "default"};

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

mpi_library& library_in(const dynamic_library& module) {
    auto* make = module.function<mpi_library*()>("railgauge_mpi_library");
    mpi_library* found = make != nullptr ? make() : nullptr;
    if (found == nullptr) {
        throw capability_error(module.path() +
                               " is not an MPI module of railgauge (no railgauge_mpi_library)");
    }
    return *found;
}

}  // namespace

std::vector<mpi_module> find_mpi_modules() {
    namespace fs = std::filesystem;
    std::vector<mpi_module> found;
    if (const char* custom = std::getenv("RAILGAUGE_MPI_MODULE"); custom && *custom != '\0') {
        found.push_back({"custom", custom});
    }
    std::error_code ignored;
    const fs::path beside = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const char* flavour : flavours) {
        const std::string name = std::string("railgauge_mpi_") + flavour + ".so";
        for (const fs::path& folder : {beside, beside.parent_path() / "lib" / "railgauge"}) {
            if (fs::exists(folder / name, ignored)) {
                found.push_back({flavour, (folder / name).string()});
                break;
            }
        }
    }
    return found;
}

std::optional<mpi_module> choose_mpi_module(const std::vector<mpi_module>& modules,
                                            const launcher_environment& launcher) {
    for (const std::string& flavour : {std::string("custom"), launcher.flavour}) {
        const auto fits = std::find_if(modules.begin(), modules.end(), [&](const mpi_module& each) {
            return each.flavour == flavour;
        });
        if (fits != modules.end()) {
            return *fits;
        }
    }
    return modules.empty() ? std::nullopt : std::optional(modules.front());
}

mpi_module_answer ask_mpi_module(const mpi_module& module) {
    child_answer got = ask_in_child([&module] {
        // Never closed: a library's unloading may hang, and this process is about to end.
        static const dynamic_library opened(module.path);
        return first_line(library_in(opened).version());
    });
    if (!got.failure.empty() && got.failure.find(module.path) == std::string::npos) {
        got.failure = module.path + ": " + got.failure;
    }
    return {std::move(got.text), std::move(got.failure)};
}

mpi_library& open_mpi_module(const mpi_module& module) {
    // For good: MPI libraries register exit handlers and threads in their own code.
    static std::vector<std::unique_ptr<dynamic_library>> opened;
    opened.push_back(std::make_unique<dynamic_library>(module.path));
    return library_in(*opened.back());
}

bool is_open(const mpi_module& module) noexcept {
    void* handle = dlopen(module.path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) return false;
    dlclose(handle);  // gives back only the reference that dlopen took
    return true;
}

}  // namespace railgauge
