// What an MPI library says of itself, asked without loading it into this process.
#pragma once

#include <string>

namespace railgauge {

struct mpi_probe_result {
    std::string version;
    std::string failure;  ///< the dynamic loader's words; empty where the library was loaded
};

/// Opens the module in a forked child (libraries start threads and map devices when loaded, which
/// forked ranks would suffer from) and asks for its version. Throws system_error where no child can
/// be had.
[[nodiscard]] mpi_probe_result probe_mpi_module(const std::string& module_path);

}  // namespace railgauge
