#include "harness/launch/launcher.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

using reader = std::function<const char*(const char*)>;

std::optional<int> number(const reader& get, const char* name) {
    const char* text = get(name);
    int value = 0;
    if (text == nullptr) {
        return std::nullopt;
    }
    const char* end = text + std::strlen(text);
    const auto [next, code] = std::from_chars(text, end, value);
    return code == std::errc{} && next == end && value >= 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

launcher_environment read_launcher_environment(const reader& given) {
    const reader get = given ? given : reader([](const char* name) { return std::getenv(name); });
    // The most telling variables first: Open MPI sets PMIX_RANK too, and under Slurm all of
    // SLURM_*, PMI_* and PMIX_* may stand side by side.
    if (get("OMPI_COMM_WORLD_SIZE") != nullptr) {
        return {"mpirun (Open MPI)",
                "openmpi",
                number(get, "OMPI_COMM_WORLD_RANK"),
                number(get, "OMPI_COMM_WORLD_SIZE"),
                true,
                number(get, "OMPI_COMM_WORLD_LOCAL_SIZE")};
    }
    if (get("MV2_COMM_WORLD_SIZE") != nullptr) {
        return {"mpirun_rsh (MVAPICH)", "mpich", number(get, "MV2_COMM_WORLD_RANK"),
                number(get, "MV2_COMM_WORLD_SIZE")};
    }
    // A batch script sees SLURM_NTASKS and SLURM_PROCID as well; only srun makes a step.
    const bool in_step = get("SLURM_STEP_NUM_TASKS") != nullptr && get("SLURM_PROCID") != nullptr;
    const bool hydra = get("HYDI_CONTROL_FD") != nullptr;
    if (in_step && !hydra) {
        const bool pmix = get("PMIX_RANK") != nullptr;
        // Without either it is --mpi=none. (Slurm's own PMI-1 library needs no variable; who uses
        // it says --meeting mpi.)
        const bool pmi = get("PMI_RANK") != nullptr || get("PMI_FD") != nullptr;
        // Of PMIx, Open MPI is the usual speaker; an MPICH that speaks it is named by the user.
        const char* const flavour = pmix ? "openmpi" : pmi ? "mpich" : "";
        return {"srun", flavour, number(get, "SLURM_PROCID"), number(get, "SLURM_STEP_NUM_TASKS"),
                pmi || pmix};
    }
    if (get("PMI_RANK") != nullptr) {
        return {"mpiexec (Hydra)",       "mpich", number(get, "PMI_RANK"),
                number(get, "PMI_SIZE"), true,    number(get, "MPI_LOCALNRANKS")};
    }
    if (get("PMIX_RANK") != nullptr) {
        return {"a PMIx launcher", "openmpi", number(get, "PMIX_RANK"), std::nullopt};
    }
    return {};
}

void require_matching_mpi(const launcher_environment& launcher, const std::string& mpi_version,
                          int mpi_size) {
    const int size = launcher.size.value_or(1);
    if (!launcher.present() || size == mpi_size || mpi_size != 1) {
        return;
    }
    throw capability_error(fmt::format(
        "{} started {} processes, but each of them sees an MPI world of one: the launcher does not "
        "belong to the MPI library in use ({}). Start the job with that library's own launcher "
        "(mpiexec.mpich, mpirun.openmpi; under srun try --mpi=pmi2 for MPICH and --mpi=pmix for "
        "Open MPI), or name another module in RAILGAUGE_MPI_MODULE; 'railgauge doctor' lists them",
        launcher.name, size, mpi_version));
}

}  // namespace railgauge
