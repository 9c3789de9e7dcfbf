// A run whose ranks this process starts: by forking, or through mpiexec.
#pragma once

#include "harness/base/exit_status.hpp"
#include "harness/cli/run_job.hpp"

namespace railgauge {

/// Opens the results, starts the ranks `--launches` times, shows the table, closes the results.
[[nodiscard]] exit_status run_as_parent(const run_job& job);

/// What the table's last line says of a status that came without words.
[[nodiscard]] std::string reason_of(exit_status status, const run_job& job);

/// The variables by which a parent tells the ranks under its mpiexec what their command line
/// does not say: which launch this is, which file is written, and the probe of the host.
inline constexpr const char* launch_variable = "RAILGAUGE_LAUNCH";
inline constexpr const char* file_variable = "RAILGAUGE_FILE";
inline constexpr const char* probe_variable = "RAILGAUGE_PROBE";

using probe_figures = std::vector<std::pair<std::string, double>>;

/// The probe's figures under their names in the record; absent ones are left out.
[[nodiscard]] probe_figures take_probe();
/// "name=value,name=value", and back; text that is not so gives fewer figures.
[[nodiscard]] std::string to_text(const probe_figures& figures);
[[nodiscard]] probe_figures probe_from_text(const std::string& text);

}  // namespace railgauge
