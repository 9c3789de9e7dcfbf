// `--of-rounds`: what counts of a launch that measured in rounds.
#pragma once

#include "harness/cli/verb.hpp"
#include "harness/compare/result_set.hpp"

namespace railgauge {

/// Declares the flag; `value` keeps what it is where the flag is not given, and outlives `verb`.
CLI::Option* add_of_rounds(CLI::App& verb, round_value& value);

}  // namespace railgauge
