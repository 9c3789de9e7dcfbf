// What MPI's benchmarks call things, and ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace railgauge {

/// An operation as a tool of MPI names it.
struct mpi_operation {
    std::string op;            ///< ours; "TOOL:name" where it is none of ours
    bool is_pairwise = false;  ///< always of two ranks
    /// The tool counts what one rank sends to one other, or contributes; ours is that times the
    /// number of ranks.
    bool per_rank = false;
};

/// `name` as the tool writes it ("Allreduce", "All-to-All Personalized Exchange", "Latency").
[[nodiscard]] mpi_operation mpi_operation_from(std::string_view name, std::string_view tool);

/// "MPI_FLOAT" -> "float32"; what is not known stays as it is.
[[nodiscard]] std::string mpi_dtype(std::string_view name);

/// From the tool's count of bytes to ours; false where that is beyond 63 bits.
[[nodiscard]] bool scale_bytes(const mpi_operation& of, int ranks, std::uint64_t& bytes);

}  // namespace railgauge
