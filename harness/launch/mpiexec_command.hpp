// Which program starts MPI ranks here, and how it is told what to start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/host_list.hpp"

namespace railgauge {

enum class launcher_kind : std::uint8_t { hydra, open_mpi, other };

struct mpiexec_command {
    std::string program;                 ///< a path
    std::vector<std::string> arguments;  ///< of the user's, to stand before all others
    launcher_kind kind = launcher_kind::other;
};

/// The launcher for a module's flavour: RAILGAUGE_MPIEXEC (a program with arguments, divided at
/// spaces), else mpiexec.mpich, mpiexec.hydra, mpirun.openmpi or mpiexec in PATH as the flavour
/// asks. None: nothing found.
[[nodiscard]] std::optional<mpiexec_command> find_mpiexec(const std::string& flavour);

/// The same; throws capability_error where there is none.
[[nodiscard]] mpiexec_command require_mpiexec(const std::string& flavour);

/// The whole command line. `hosts` may be empty: this one. `pass_on` names variables that Open MPI
/// has to be told to hand to ranks elsewhere; Hydra hands on all.
[[nodiscard]] std::vector<std::string> mpiexec_words(const mpiexec_command& launcher, int ranks,
                                                     const std::vector<host_ranks>& hosts,
                                                     const std::vector<std::string>& pass_on,
                                                     const std::vector<std::string>& argv);

}  // namespace railgauge
