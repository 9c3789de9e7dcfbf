// The backend `mpi`: the collectives of the MPI library whose launcher started the ranks.
#pragma once

#include <optional>
#include <string>

#include "harness/backends/backend.hpp"
#include "harness/launch/mpi_modules.hpp"

namespace railgauge {

/// All operations with MPI's own calls on private buffers. An out-of-place broadcast is MPI_Bcast
/// on the root's input and the others' outputs, so the root's output is left as it was.
class mpi_backend final : public backend {
public:
    /// `module_path`: the file railgauge_mpi_<flavour>.so through which the ranks met, or, where no
    /// launcher started them, one that stands for what could be used. Empty: this build has none.
    /// It is not opened here.
    explicit mpi_backend(std::string module_path);

    [[nodiscard]] std::string_view name() const noexcept override { return "mpi"; }
    [[nodiscard]] std::string_view description() const noexcept override {
        return "the MPI library's own operations on private memory";
    }

    /// Asked in a child process and remembered, so that this one stays free to fork ranks. Empty
    /// where there is no library.
    [[nodiscard]] std::string version() const override;

    /// Whether the module is there and its library can be loaded.
    [[nodiscard]] availability available() const override;
    [[nodiscard]] bool needs_mpi_launcher() const noexcept override { return true; }
    [[nodiscard]] std::string unfit_for(const world& group) const override;
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override;

    /// Throws capability_error where MPI is not initialised in this process.
    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override;

private:
    const mpi_module_answer& probe() const;

    std::string module_path_;
    mutable std::optional<mpi_module_answer> probe_;
};

}  // namespace railgauge
