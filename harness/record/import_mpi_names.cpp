#include "harness/record/import_mpi_names.hpp"

#include <array>

namespace railgauge {
namespace {

struct entry {
    std::string_view theirs;
    std::string_view ours;
    bool pairwise;
    bool per_rank;
};

constexpr std::array<entry, 19> operations{{
    {"Allreduce", "all_reduce", false, false},
    {"Allgather", "all_gather", false, true},
    {"Reduce_scatter", "reduce_scatter", false, false},
    {"Bcast", "broadcast", false, false},
    {"Broadcast", "broadcast", false, false},
    {"Reduce", "reduce", false, false},
    {"Gather", "gather", false, true},
    {"Scatter", "scatter", false, true},
    {"Alltoall", "all_to_all", false, true},
    {"All-to-All Personalized Exchange", "all_to_all", false, true},
    {"Sendrecv", "send_recv", false, false},
    {"Barrier", "barrier", false, false},
    {"PingPong", "ping_pong", true, false},
    {"Latency", "ping_pong", true, false},
    // Counted by message and window, neither of which the texts say.
    {"Bandwidth", "", true, false},
    {"Bi-Directional Bandwidth", "", true, false},
    {"Bidirectional Bandwidth", "", true, false},
    {"One Sided Put Latency", "", true, false},
    {"One Sided Get Latency", "", true, false},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> types{
    {{"MPI_CHAR", "int8"},
     {"MPI_BYTE", "uint8"},
     {"MPI_INT", "int32"},
     {"MPI_LONG", "int64"},
     {"MPI_FLOAT", "float32"},
     {"MPI_DOUBLE", "float64"},
     {"MPI_INT64_T", "int64"}}};

// "Bi-Directional Bandwidth" -> "bi_directional_bandwidth".
std::string as_word(std::string_view name) {
    std::string word;
    for (const char c : name.substr(0, 64)) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        word += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '_';
    }
    return word;
}

}  // namespace

mpi_operation mpi_operation_from(std::string_view name, std::string_view tool) {
    for (const entry& each : operations) {
        if (each.theirs != name) continue;
        if (each.ours.empty()) break;
        return {std::string(each.ours), each.pairwise, each.per_rank};
    }
    bool pairwise = false;
    for (const entry& each : operations) pairwise |= each.theirs == name && each.pairwise;
    return {std::string(tool) + ":" + as_word(name), pairwise, false};
}

std::string mpi_dtype(std::string_view name) {
    for (const auto& [theirs, ours] : types) {
        if (theirs == name) return std::string(ours);
    }
    return std::string(name);
}

bool scale_bytes(const mpi_operation& of, int ranks, std::uint64_t& bytes) {
    const std::uint64_t factor = of.per_rank ? static_cast<std::uint64_t>(ranks) : 1;
    if (bytes > (std::uint64_t{1} << 63) / factor) return false;
    bytes *= factor;
    return true;
}

}  // namespace railgauge
