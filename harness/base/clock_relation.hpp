// One clock for ranks whose hosts have clocks of their own.
#pragma once

#include <cstdint>

namespace railgauge {

/// How this host's clock (clock_now) and the job's, which is host 0's, go together: they were
/// `local_ticks` and `job_ticks` at one moment, but for `error_ticks`, and `ratio` ticks of the
/// job's clock pass in one of this host's, but for `drift`. What is default-constructed relates a
/// clock to itself.
struct clock_relation {
    std::uint64_t local_ticks = 0;
    std::uint64_t job_ticks = 0;
    double ratio = 1;
    double error_ticks = 0;  ///< bound, in the job's ticks
    double drift = 0;        ///< bound of the ratio's error, relative

    [[nodiscard]] bool is_identity() const noexcept {
        return local_ticks == job_ticks && ratio == 1 && error_ticks == 0 && drift == 0;
    }
    /// Differences from the moment of the relation are taken modulo 2^64 and must be below 2^63.
    [[nodiscard]] std::uint64_t to_job(std::uint64_t local) const noexcept;
    [[nodiscard]] std::uint64_t to_local(std::uint64_t job) const noexcept;
    /// How far `to_job(local)` may be from the truth, in the job's ticks.
    [[nodiscard]] double error_at(std::uint64_t local) const noexcept;
};

}  // namespace railgauge
