// The exit statuses of the command, as docs/cli.md promises them.
#pragma once

namespace railgauge {

enum class exit_status : int {
    fine = 0,
    worse = 1,       ///< worse than the baseline or the expectation
    usage = 2,       ///< a wrong command line, or a file that does not parse
    cannot = 3,      ///< the machine or the data cannot do or decide what was asked
    wrong_data = 4,  ///< a backend delivered wrong data
    unfinished = 5,  ///< a rank or an operation did not finish
};

}  // namespace railgauge
