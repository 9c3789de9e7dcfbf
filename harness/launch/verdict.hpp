// Why a job ends early.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/exit_status.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

struct verdict {
    exit_status status = exit_status::unfinished;
    std::string text;         ///< rank, host, pid, point, phase, and for how long
    int rank = -1;            ///< the job's rank that is the first of those to blame; -1: a host is
    std::int64_t point = -1;  ///< of that rank; -1: none
    phase where = phase::starting;
    /// The rank threw and said why; its peers leave by themselves (job_ended_error) within a grace.
    bool failed_by_itself = false;
    /// Printing and recording it is this host's part: host 0's, unless that one is lost.
    bool tell_here = true;
};

}  // namespace railgauge
