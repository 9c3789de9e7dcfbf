// What an MPI call that failed becomes. Free of mpi.h, so that the program can catch it by its type
// whichever MPI library threw it.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/error.hpp"

namespace railgauge {

/// An MPI call failed. The text is "call: MPI's words; advice". Status 3.
class mpi_error : public error {
public:
    /// `code` as the call returned it, `words` as MPI_Error_string has them.
    mpi_error(std::string_view call, int code, std::string_view words, std::string_view advice)
        : error(exit_status::cannot,
                std::string(call) + ": " + std::string(words) + "; " + std::string(advice)),
          code_(code) {}

    [[nodiscard]] int code() const noexcept { return code_; }

private:
    int code_;
};

}  // namespace railgauge
