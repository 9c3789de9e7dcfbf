// The MPI modules beside the command: finding, asking and opening them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/launch/launcher.hpp"
#include "harness/launch/mpi_library.hpp"

namespace railgauge {

struct mpi_module {
    std::string flavour;  ///< "mpich", "openmpi", "default", or "custom" (RAILGAUGE_MPI_MODULE)
    std::string path;
};

/// What a module says of itself.
struct mpi_module_answer {
    std::string version;  ///< first line of MPI_Get_library_version; empty when it did not answer
    std::string problem;  ///< why not, e.g. dlerror's words
};

/// railgauge_mpi_<flavour>.so beside the executable, then in ../lib/railgauge; a path in
/// RAILGAUGE_MPI_MODULE stands first. Opens nothing.
[[nodiscard]] std::vector<mpi_module> find_mpi_modules();

/// The module for `launcher`: the custom one, else its flavour, else the first of mpich, openmpi,
/// default. None where there is no module at all.
[[nodiscard]] std::optional<mpi_module> choose_mpi_module(const std::vector<mpi_module>& modules,
                                                          const launcher_environment& launcher);

/// Opens the module in a forked child, since the library's constructors run, and asks its version.
/// Never throws for what the module does; a child that hangs is ended after 10 s.
[[nodiscard]] mpi_module_answer ask_mpi_module(const mpi_module& module);

/// Opens the module in this process, for good. Throws capability_error.
[[nodiscard]] mpi_library& open_mpi_module(const mpi_module& module);

/// Whether this process has opened it already: then it can be asked without a child.
[[nodiscard]] bool is_open(const mpi_module& module) noexcept;

}  // namespace railgauge
