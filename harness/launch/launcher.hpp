// Which launcher, if any, started this process: read from the environment it left.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace railgauge {

struct launcher_environment {
    std::string name;         ///< "mpiexec (Hydra)", "mpirun (Open MPI)", "srun"; empty: none
    std::string flavour;      ///< of the MPI library that fits: "mpich", "openmpi"; empty: unknown
    std::optional<int> rank;  ///< as the launcher says it
    std::optional<int> size;
    /// False: it offers no MPI library its services (srun --mpi=none), so each process would see a
    /// world of one.
    bool serves_mpi = true;
    std::optional<int> local_size = std::nullopt;  ///< ranks on this host, where it says so

    [[nodiscard]] bool present() const noexcept { return !name.empty(); }
};

/// `get` reads a variable (nullptr: not set); by default the process's environment.
[[nodiscard]] launcher_environment read_launcher_environment(
    const std::function<const char*(const char*)>& get = {});

/// Refuses a launcher that started N processes which each see a world of one: throws
/// capability_error that names the launcher, the MPI library and what to do.
void require_matching_mpi(const launcher_environment& launcher, const std::string& mpi_version,
                          int mpi_size);

}  // namespace railgauge
