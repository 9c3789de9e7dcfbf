// What the mpi backend needs of an MPI library, free of mpi.h: implemented in the module
// (railgauge_mpi_<flavour>.so) beside launch/mpi_library.hpp, and used by mpi_backend.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "harness/backends/backend.hpp"
#include "harness/backends/mpi/mpi_export.hpp"

namespace railgauge {

/// A communicator of MPI with MPI_ERRORS_RETURN. The operations that it prepared die before it.
class mpi_group {
public:
    virtual ~mpi_group() = default;
    mpi_group() = default;
    mpi_group(const mpi_group&) = delete;
    mpi_group& operator=(const mpi_group&) = delete;

    /// Depends on the spec, the number of ranks and the MPI standard's version only, so it is the
    /// same on every rank.
    [[nodiscard]] virtual capability supports(const operation_spec& spec) const = 0;

    /// The MPI call itself behind one virtual call. `input` and `output` are the starts of this
    /// rank's buffers; in place they are the same address and the offsets within are MPI's (which
    /// are those of in_place_*_offset wherever `supports` says yes). The operation's execute throws
    /// mpi_error. Throws capability_error where `supports` says no.
    [[nodiscard]] virtual std::unique_ptr<operation> prepare(const operation_spec& spec,
                                                             std::byte* input,
                                                             std::byte* output) = 0;
};

class mpi_operations {
public:
    virtual ~mpi_operations() = default;
    mpi_operations() = default;
    mpi_operations(const mpi_operations&) = delete;
    mpi_operations& operator=(const mpi_operations&) = delete;

    /// Between mpi_library::initialise and finalise.
    [[nodiscard]] virtual bool ready() const noexcept = 0;

    /// In MPI_COMM_WORLD.
    [[nodiscard]] virtual std::int32_t world_rank() const = 0;

    /// A new communicator of these ranks of MPI_COMM_WORLD in this order. Collective over them
    /// alone, with the same list at each; freed by the object's destructor, also collectively.
    /// Throws mpi_error.
    [[nodiscard]] virtual std::unique_ptr<mpi_group> make_group(
        std::span<const std::int32_t> world_ranks) = 0;
};

}  // namespace railgauge

/// The module's entry point; the object belongs to the module and is there as long as it is open.
extern "C" RAILGAUGE_EXPORT railgauge::mpi_operations* railgauge_mpi_operations();
