// Binding a process to a core through hwloc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace railgauge {

/// Who decided where a process runs.
enum class pinned_by : std::uint32_t {
    railgauge,
    launcher,        ///< it was bound to part of the machine before we came; left so
    nobody,          ///< asked not to pin, or the system refused
    oversubscribed,  ///< more ranks than hardware threads: the scheduler decides
};
/// "railgauge", "launcher", "nobody", "oversubscribed".
[[nodiscard]] std::string_view name_of(pinned_by who) noexcept;

/// Where one rank runs, for the record.
struct placement {
    int rank = 0;
    std::string cpus;    ///< hardware threads it may use, by the system's numbers: "3", "0-7,16"
    int numa_node = -1;  ///< by the system's number; -1: several, or unknown
    pinned_by who = pinned_by::nobody;
};

/// Binds the calling process to the `local_rank`th core that it may use (hardware threads of the
/// same core come after all cores), where `local_size` processes share this host. `launched`: a
/// launcher other than railgauge started the process, so that an affinity smaller than the machine
/// is a binding to respect; else it is the set to pin within. Loads the topology (some
/// milliseconds); call it after forking. Never throws for what the system refuses: `who` says it.
[[nodiscard]] placement pin_process(int local_rank, int local_size, bool launched, bool pin);

}  // namespace railgauge
