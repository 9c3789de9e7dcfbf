// MPI behind an interface of its own, so that one binary serves several MPI libraries: each is
// wrapped by a module (railgauge_mpi_<flavour>.so, built from backends/mpi/mpi_module.cpp with that
// library's compiler wrapper) that is opened at run time.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace railgauge {

/// What ranks need in order to meet. Implemented in the module. Errors are thrown as the module's
/// own mpi_error (status 3), with the failing call and MPI's words.
class mpi_library {
public:
    virtual ~mpi_library() = default;

    /// MPI_Init_thread with MPI_THREAD_SERIALIZED; once a process.
    virtual void initialise() = 0;
    virtual void finalise() = 0;
    [[nodiscard]] virtual bool initialised() const noexcept = 0;
    /// First line of MPI_Get_library_version, e.g. "MPICH Version: 4.0.2". Before initialise too.
    [[nodiscard]] virtual std::string version() const = 0;
    /// In MPI_COMM_WORLD.
    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int size() const = 0;
    virtual void broadcast(std::span<std::byte> data, int root) = 0;
    virtual void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) = 0;
    /// Every rank's bytes reach `root`, in rank order: at the root `sizes` says how many come from
    /// each and `all` holds their sum, elsewhere both are empty.
    virtual void gather(std::span<const std::byte> mine, std::span<std::byte> all,
                        std::span<const int> sizes, int root) = 0;
    /// The opposite: `all` and `sizes` count at the root alone.
    virtual void scatter(std::span<const std::byte> all, std::span<const int> sizes,
                         std::span<std::byte> mine, int root) = 0;
    virtual void barrier() = 0;
};

}  // namespace railgauge
