// The job that a scheduler or operator describes in the environment of each of its processes, so
// that ranks can meet without MPI: RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT as torchrun and
// Kubernetes operators set them, or what `srun` sets.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "harness/launch/launcher.hpp"

namespace railgauge {

struct job_environment {
    std::string source;  ///< "RANK and WORLD_SIZE", "srun"
    int rank = 0;
    int size = 1;
    std::optional<int> local_rank;  ///< known: only it speaks where all ranks have the same to say
    std::optional<int> local_size;  ///< about, where ranks are dealt unevenly
    std::string master;             ///< where rank 0 listens: a name or an address
    std::uint16_t port = 0;
    /// What the scheduler gave to this job and, as far as can be told, to no other; the same on all
    /// ranks.
    std::string job;
};

/// Reads a variable; nullptr: not set.
using variable_reader = std::function<const char*(const char*)>;

/// None where no such job is described, or one of a single process. RANK and WORLD_SIZE stand
/// before Slurm's variables; MASTER_ADDR and MASTER_PORT, where set, before what is derived from
/// Slurm's list of nodes and its job's number; RAILGAUGE_PORT before all ports. Throws usage_error,
/// with the variable's name, for a description that is incomplete or makes no sense.
[[nodiscard]] std::optional<job_environment> read_job_environment(const variable_reader& get = {});

enum class meeting_kind : std::uint8_t { forked, mpi, environment };

/// How ranks are to meet. `asked`: "mpi", "env", or empty: over MPI where a launcher of MPI started
/// this process, else by the environment where that describes a job, else they are forked. Throws
/// usage_error where what was asked for is not there.
[[nodiscard]] meeting_kind choose_meeting(const std::string& asked,
                                          const launcher_environment& launcher,
                                          const variable_reader& get = {});

}  // namespace railgauge
