#include "harness/cli/version.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "harness/machine/build_info.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

/// Names of the modules railgauge_mpi_<flavour>.so where they lie: beside the program in a build
/// folder, in ../lib/railgauge once installed. Not opened: that would start an MPI library.
std::vector<std::string> mpi_modules() {
    std::vector<std::string> found;
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const fs::path& folder : {program, program / "../lib/railgauge"}) {
        for (const auto& entry : fs::directory_iterator(folder, ignored)) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with("railgauge_mpi_") && name.ends_with(".so")) {
                found.push_back(entry.path().stem().string().substr(14));
            }
        }
    }
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace

std::string version_text() {
    const build_info& build = this_build();
    const auto modules = mpi_modules();
    return fmt::format("railgauge {} (revision {})\ncompiler: {}, {} {}\nMPI modules: {}\n",
                       build.version, build.revision, build.compiler, build.build_type, build.flags,
                       modules.empty() ? "none" : fmt::format("{}", fmt::join(modules, ", ")));
}

}  // namespace railgauge
