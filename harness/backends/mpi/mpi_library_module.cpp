// launch/mpi_library.hpp on the MPI library that this module was compiled with.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "harness/backends/mpi/mpi_calls.hpp"
#include "harness/backends/mpi/mpi_error.hpp"
#include "harness/backends/mpi/mpi_export.hpp"
#include "harness/launch/mpi_library.hpp"

namespace railgauge {

void throw_mpi_error(const char* call, int code) {
    std::array<char, MPI_MAX_ERROR_STRING> words{};
    int length = 0;
    if (MPI_Error_string(code, words.data(), &length) != MPI_SUCCESS || length <= 0) {
        throw mpi_error(call, code, "MPI error " + std::to_string(code),
                        "MPI has no words for this code");
    }
    int error_class = MPI_ERR_OTHER;
    MPI_Error_class(code, &error_class);
    const bool ours = error_class == MPI_ERR_BUFFER || error_class == MPI_ERR_COUNT ||
                      error_class == MPI_ERR_TYPE || error_class == MPI_ERR_COMM ||
                      error_class == MPI_ERR_ROOT || error_class == MPI_ERR_RANK ||
                      error_class == MPI_ERR_OP || error_class == MPI_ERR_ARG;
    throw mpi_error(call, code, words.data(),
                    ours ? "the arguments were refused: please report this with the command line"
                         : "see whether all ranks are alive, and check the MPI library's settings "
                           "(MPICH_*, OMPI_MCA_*, UCX_*, FI_*)");
}

namespace {

/// Where each part begins. Throws capability_error where an int does not count that far.
std::vector<int> starts_of(std::span<const int> sizes) {
    std::vector<int> starts;
    starts.reserve(sizes.size());
    std::int64_t at = 0;
    for (const int size : sizes) {
        starts.push_back(static_cast<int>(at));
        at += size;
        if (at > std::numeric_limits<int>::max()) {
            throw capability_error("messages of more than 2 GiB between ranks that meet");
        }
    }
    return starts;
}

class library final : public mpi_library {
public:
    void initialise() override {
        if (initialised()) return;
        int provided = MPI_THREAD_SINGLE;
        // What is provided is not insisted on: only one thread of ours ever calls MPI, and a
        // library without threads serves it as well.
        check_mpi("MPI_Init_thread",
                  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided));
        check_mpi("MPI_Comm_set_errhandler",
                  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
        check_mpi("MPI_Comm_set_errhandler",
                  MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN));
    }

    void finalise() override {
        if (initialised()) check_mpi("MPI_Finalize", MPI_Finalize());
    }

    [[nodiscard]] bool initialised() const noexcept override {
        int begun = 0;
        int ended = 0;
        return MPI_Initialized(&begun) == MPI_SUCCESS && begun != 0 &&
               MPI_Finalized(&ended) == MPI_SUCCESS && ended == 0;
    }

    [[nodiscard]] std::string version() const override {
        std::array<char, MPI_MAX_LIBRARY_VERSION_STRING + 1> text{};
        int length = 0;
        check_mpi("MPI_Get_library_version", MPI_Get_library_version(text.data(), &length));
        std::string line;
        for (const char c : std::string_view(text.data())) {
            if (c == '\n') break;
            const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
            if (space && (line.empty() || line.back() == ' ')) continue;
            line += space ? ' ' : c;
        }
        return line;
    }

    [[nodiscard]] int rank() const override {
        int value = 0;
        check_mpi("MPI_Comm_rank", MPI_Comm_rank(MPI_COMM_WORLD, &value));
        return value;
    }

    [[nodiscard]] int size() const override {
        int value = 0;
        check_mpi("MPI_Comm_size", MPI_Comm_size(MPI_COMM_WORLD, &value));
        return value;
    }

    void broadcast(std::span<std::byte> data, int root) override {
        constexpr std::size_t most = std::size_t{1} << 30U;  // below what an int counts
        for (std::size_t first = 0; first < data.size(); first += most) {
            const auto part = data.subspan(first, std::min(most, data.size() - first));
            check_mpi("MPI_Bcast", MPI_Bcast(part.data(), static_cast<int>(part.size()), MPI_BYTE,
                                             root, MPI_COMM_WORLD));
        }
    }

    void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override {
        const std::size_t whole = mine.size() * static_cast<std::size_t>(size());
        if (mine.size() > std::numeric_limits<int>::max() || all.size() < whole) {
            throw capability_error("all_gather of " + std::to_string(mine.size()) +
                                   " bytes a rank into " + std::to_string(all.size()) +
                                   ": the result does not fit");
        }
        const int bytes = static_cast<int>(mine.size());
        check_mpi("MPI_Allgather", MPI_Allgather(mine.data(), bytes, MPI_BYTE, all.data(), bytes,
                                                 MPI_BYTE, MPI_COMM_WORLD));
    }

    void gather(std::span<const std::byte> mine, std::span<std::byte> all,
                std::span<const int> sizes, int root) override {
        const std::vector<int> starts = starts_of(sizes);
        check_mpi("MPI_Gatherv",
                  MPI_Gatherv(mine.data(), static_cast<int>(mine.size()), MPI_BYTE, all.data(),
                              sizes.data(), starts.data(), MPI_BYTE, root, MPI_COMM_WORLD));
    }

    void scatter(std::span<const std::byte> all, std::span<const int> sizes,
                 std::span<std::byte> mine, int root) override {
        const std::vector<int> starts = starts_of(sizes);
        check_mpi("MPI_Scatterv",
                  MPI_Scatterv(all.data(), sizes.data(), starts.data(), MPI_BYTE, mine.data(),
                               static_cast<int>(mine.size()), MPI_BYTE, root, MPI_COMM_WORLD));
    }

    void barrier() override { check_mpi("MPI_Barrier", MPI_Barrier(MPI_COMM_WORLD)); }
};

}  // namespace
}  // namespace railgauge

extern "C" RAILGAUGE_EXPORT railgauge::mpi_library* railgauge_mpi_library() {
    static railgauge::library the_library;
    return &the_library;
}
