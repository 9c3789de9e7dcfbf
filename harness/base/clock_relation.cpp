#include "harness/base/clock_relation.hpp"

#include <cmath>

namespace railgauge {
namespace {

double since(std::uint64_t ticks, std::uint64_t moment) noexcept {
    return static_cast<double>(static_cast<std::int64_t>(ticks - moment));
}

std::uint64_t after(std::uint64_t moment, double ticks) noexcept {
    return moment + static_cast<std::uint64_t>(std::llround(ticks));
}

}  // namespace

std::uint64_t clock_relation::to_job(std::uint64_t local) const noexcept {
    return after(job_ticks, since(local, local_ticks) * ratio);
}

std::uint64_t clock_relation::to_local(std::uint64_t job) const noexcept {
    return after(local_ticks, since(job, job_ticks) / ratio);
}

double clock_relation::error_at(std::uint64_t local) const noexcept {
    return error_ticks + drift * std::abs(since(local, local_ticks) * ratio);
}

}  // namespace railgauge
