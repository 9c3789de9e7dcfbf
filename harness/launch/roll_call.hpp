// Ranks on other hosts tell the railgauge that had them started that they have come, and that they
// have met: a launcher waits for ever on a host that does not answer.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "harness/launch/job_secret.hpp"
#include "harness/launch/tcp_assembly.hpp"

namespace railgauge {

/// The variable in which the ranks find "address:port secret".
inline constexpr const char* roll_call_variable = "RAILGAUGE_ROLL_CALL";

[[nodiscard]] std::string roll_call_text(const std::string& address, const job_secret& secret);

/// A rank's part.
class roll_call {
public:
    /// Says that rank `rank` of `size` has come, and waits for all others. None where no railgauge
    /// calls (the variable is not set). Throws deadline_error where it cannot be reached within
    /// `limit`, told_error where it gave up, usage_error for a variable that holds something else.
    [[nodiscard]] static std::unique_ptr<roll_call> answer(int rank, int size,
                                                           std::chrono::nanoseconds limit);

    /// Says that the ranks have met. Throws as `answer` does.
    void met();

private:
    explicit roll_call(std::unique_ptr<tcp_guest> line) : line_(std::move(line)) {}

    std::unique_ptr<tcp_guest> line_;
};

}  // namespace railgauge
