// Counters of the machine whose change during a point puts the point in doubt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/machine/gpu_counters.hpp"

namespace railgauge {

/// One reading of all counters of a `machine_counters`; only meaningful with the object it is from.
struct counter_snapshot {
    std::vector<std::uint64_t> values;
    std::vector<gpu_counts> gpus;  ///< empty unless GPUs are watched
};

/// Opens what there is once; a reading is one pread a file. What cannot be read is left out.
/// Counted: TCP retransmits, errors and drops of network interfaces, corrected and uncorrected
/// memory errors (EDAC), PCIe errors (AER), thermal throttling, InfiniBand symbol errors and
/// discards, and the energy of packages (RAPL), which raises no flag.
class machine_counters {
public:
    /// `root` stands for "/" (tests give a tree of their own).
    explicit machine_counters(const std::filesystem::path& root = "/");
    ~machine_counters();
    machine_counters(machine_counters&&) noexcept;
    machine_counters& operator=(machine_counters&&) noexcept;
    machine_counters(const machine_counters&) = delete;
    machine_counters& operator=(const machine_counters&) = delete;

    /// From the next reading on, this host's GPUs as well: all of them, so a neighbour's trouble is
    /// seen too. Readings then take some milliseconds.
    void watch_gpus(std::shared_ptr<const nvml> gpus) { gpus_ = std::move(gpus); }

    /// Tens of microseconds on a small host without watched GPUs.
    [[nodiscard]] counter_snapshot read() const;

    /// "kind:increase" for every kind that grew, e.g. "tcp-retransmits:12", "nic-drops:3"; in a
    /// fixed order, the GPUs' last. Counters that went backwards (a reset) are taken as not grown.
    [[nodiscard]] std::vector<std::string> flags_between(const counter_snapshot& before,
                                                         const counter_snapshot& after) const;

    /// Joules of all packages; nothing where RAPL cannot be read (it often needs root).
    [[nodiscard]] std::optional<double> energy_j_between(const counter_snapshot& before,
                                                         const counter_snapshot& after) const;

    /// Joules of all watched GPUs; nothing where none is watched or tells.
    [[nodiscard]] std::optional<double> gpu_energy_j_between(const counter_snapshot& before,
                                                             const counter_snapshot& after) const {
        return railgauge::gpu_energy_j_between(before.gpus, after.gpus);
    }

    /// The kinds of files that this host offers, for the record and doctor.
    [[nodiscard]] std::vector<std::string> kinds() const;

private:
    struct source;
    std::vector<source> sources_;
    std::shared_ptr<const nvml> gpus_;
};

}  // namespace railgauge
