// Verbs other than `run` that ask something of every rank, where a launcher or a scheduler started
// several.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "harness/base/exit_status.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/mpi_library.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

struct met_wishes {
    std::string meeting;     ///< "mpi", "env"; empty: found
    std::string management;  ///< interface, network or address between hosts; empty: found
};

/// Meets the other ranks, as `run` does, and runs `body`; it has to return the same status on each
/// of them. None where nothing started this process as one of several. What goes wrong is said once
/// and is the status; may leave the process at once, where a library may hang. Throws
/// usage_error and capability_error for what the environment describes wrongly.
[[nodiscard]] std::optional<exit_status> run_on_met_ranks(
    const met_wishes& wishes, const std::function<exit_status(world&)>& body);

/// The MPI of a launcher. Throws capability_error where no module was built for it.
[[nodiscard]] mpi_library& mpi_library_for(const launcher_environment& launcher);

}  // namespace railgauge
