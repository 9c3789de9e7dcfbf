// What the group's machines did while a point was sampled: counters that grew, energy, heat.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/world.hpp"
#include "harness/machine/counters.hpp"
#include "harness/record/point_record.hpp"

namespace railgauge {

/// What one host saw between two readings; `flags` as machine_counters gives them.
struct host_report {
    std::vector<std::string> flags;
    std::optional<double> gpus_j;
    std::optional<double> processors_j;
    std::optional<double> gpu_temperature_c;
};

/// One text for one host, and back; a host that has nothing to say is an empty text.
[[nodiscard]] std::string to_text(const host_report& report);
[[nodiscard]] host_report report_from_text(const std::string& text);

/// Over all hosts: flags of a kind summed, in the order in which they were first seen, and the
/// hottest GPU. Energy is the sum where every host tells it, else absent; of a counter that stood
/// still nothing is known.
[[nodiscard]] host_report merge(const std::vector<host_report>& hosts);

/// Energy of the merged report over what was moved; nothing for each part that is not known.
[[nodiscard]] point_energy energy_of(const host_report& merged, double moved_bytes);

/// Reads in one rank of each host: counters belong to the host, and are counted once.
class machine_watch {
public:
    /// `group` outlives this.
    explicit machine_watch(world& group) : group_(group) {}

    /// From the next reading on, the GPUs that the driver shows on this host as well. Only the
    /// first call asks for them.
    void watch_gpus();

    /// A reading before, in this host's reader.
    void begin();

    /// A reading after, and collective: at rank 0 what all hosts saw, elsewhere nothing.
    [[nodiscard]] host_report end();

private:
    [[nodiscard]] bool reads() const noexcept { return group_.local_rank() == 0; }

    world& group_;
    machine_counters counters_;
    std::shared_ptr<const nvml> gpus_;
    bool asked_for_gpus_ = false;
    counter_snapshot before_;
};

}  // namespace railgauge
