#include "harness/machine/counters.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <string_view>
#include <utility>

#include "harness/machine/rapl.hpp"
#include "harness/machine/text_file.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t unreadable = std::numeric_limits<std::uint64_t>::max();

enum class shape : std::uint8_t {
    number,     ///< the file is one number
    snmp,       ///< /proc/net/snmp: RetransSegs of the Tcp lines
    aer_total,  ///< the line that begins with TOTAL_ERR
    steal,      ///< /proc/stat: the eighth figure of the first line
};

constexpr std::array<std::string_view, 11> flag_kinds{"tcp-retransmits",
                                                      "nic-errors",
                                                      "nic-drops",
                                                      "infiniband-errors",
                                                      "memory-errors-corrected",
                                                      "memory-errors-uncorrected",
                                                      "pcie-errors-corrected",
                                                      "pcie-errors",
                                                      "throttled-cores",
                                                      "throttled-packages",
                                                      "cpu-steal"};
constexpr std::string_view energy_kind = "energy";

/// Word number `index` (from 0) of the line.
std::string_view word_at(std::string_view line, int index) {
    for (;;) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        const std::size_t end = std::min(line.find(' '), line.size());
        if (index-- == 0) return line.substr(0, end);
        if (end == line.size()) return {};
        line.remove_prefix(end);
    }
}

std::string_view line_with(std::string_view text, std::string_view beginning) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (text.starts_with(beginning)) return text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
}

/// The Tcp header line names the columns of the Tcp line behind it.
std::optional<std::uint64_t> tcp_retransmits(std::string_view text) {
    const std::string_view header = line_with(text, "Tcp: ");
    if (header.empty()) return std::nullopt;
    const auto behind = static_cast<std::size_t>(header.data() - text.data()) + header.size();
    const std::string_view values = line_with(text.substr(behind), "Tcp: ");
    for (int column = 1;; ++column) {
        const std::string_view name = word_at(header, column);
        if (name.empty()) return std::nullopt;
        if (name == "RetransSegs") return leading_number(word_at(values, column));
    }
}

std::optional<std::uint64_t> extract(std::string_view text, shape form) {
    switch (form) {
        case shape::number: return leading_number(text);
        case shape::snmp: return tcp_retransmits(text);
        case shape::aer_total: return leading_number(word_at(line_with(text, "TOTAL_ERR"), 1));
        case shape::steal: return leading_number(word_at(line_with(text, "cpu "), 8));
    }
    return std::nullopt;
}

std::uint64_t read_from(int descriptor, shape form) {
    // /proc/net/snmp is the longest of them, about 2 KiB; /proc/stat is needed up to its first
    // line.
    std::array<char, 4096> buffer;
    const ssize_t got = pread(descriptor, buffer.data(), buffer.size(), 0);
    if (got <= 0) return unreadable;
    return extract({buffer.data(), static_cast<std::size_t>(got)}, form).value_or(unreadable);
}

struct found_file {
    std::string_view kind;
    fs::path file;
    shape form = shape::number;
    std::uint64_t wraps_at = 0;
};
using found_files = std::vector<found_file>;

/// Interfaces with a device behind them; where there is none (in a container), all but loopback.
/// Bridges and tunnels drop packets that concern nobody here.
std::vector<fs::path> interfaces(const fs::path& root) {
    std::vector<fs::path> with_device;
    std::vector<fs::path> all;
    const fs::path parent = root / "sys/class/net";
    for (const std::string& name : names_in(parent)) {
        if (name == "lo") continue;
        std::error_code ignored;
        all.push_back(parent / name);
        if (fs::exists(parent / name / "device", ignored)) with_device.push_back(parent / name);
    }
    return with_device.empty() ? all : with_device;
}

void find_network(const fs::path& root, found_files& found) {
    found.push_back({"tcp-retransmits", root / "proc/net/snmp", shape::snmp});
    for (const fs::path& interface : interfaces(root)) {
        for (const char* name : {"rx_errors", "tx_errors"}) {
            found.push_back({"nic-errors", interface / "statistics" / name});
        }
        for (const char* name : {"rx_dropped", "tx_dropped"}) {
            found.push_back({"nic-drops", interface / "statistics" / name});
        }
    }
    const fs::path devices = root / "sys/class/infiniband";
    for (const std::string& device : names_in(devices)) {
        for (const std::string& port : names_in(devices / device / "ports")) {
            const fs::path counters = devices / device / "ports" / port / "counters";
            for (const char* name :
                 {"symbol_error", "port_rcv_errors", "port_xmit_discards", "link_downed"}) {
                found.push_back({"infiniband-errors", counters / name});
            }
        }
    }
}

void find_hardware_errors(const fs::path& root, found_files& found) {
    const fs::path controllers = root / "sys/devices/system/edac/mc";
    for (const std::string& name : names_in(controllers)) {
        if (!name.starts_with("mc")) continue;
        found.push_back({"memory-errors-corrected", controllers / name / "ce_count"});
        found.push_back({"memory-errors-uncorrected", controllers / name / "ue_count"});
    }
    const fs::path devices = root / "sys/bus/pci/devices";
    for (const std::string& name : names_in(devices)) {
        // Only what carries traffic of measurements: network, display and 3D controllers. Reading
        // every bridge of a large host before and after each point would cost too much.
        const auto pci_class = read_number(devices / name / "class").value_or(0) >> 16;
        if (pci_class != 0x02 && pci_class != 0x03 && pci_class != 0x12) continue;
        const fs::path device = devices / name;
        found.push_back(
            {"pcie-errors-corrected", device / "aer_dev_correctable", shape::aer_total});
        found.push_back({"pcie-errors", device / "aer_dev_nonfatal", shape::aer_total});
        found.push_back({"pcie-errors", device / "aer_dev_fatal", shape::aer_total});
    }
}

void find_processor(const fs::path& root, found_files& found) {
    // Hardware threads of a core, and cores of a package, show the same counter: one of each.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> cores;
    std::vector<std::uint64_t> packages;
    for (const fs::path& cpu : cpu_folders(root)) {
        std::error_code ignored;
        if (!fs::exists(cpu / "thermal_throttle", ignored)) continue;
        const auto package = read_number(cpu / "topology/physical_package_id").value_or(0);
        const auto core = read_number(cpu / "topology/core_id").value_or(cores.size());
        if (std::ranges::find(packages, package) == packages.end()) {
            packages.push_back(package);
            found.push_back(
                {"throttled-packages", cpu / "thermal_throttle/package_throttle_count"});
        }
        if (std::ranges::find(cores, std::pair(package, core)) == cores.end()) {
            cores.emplace_back(package, core);
            found.push_back({"throttled-cores", cpu / "thermal_throttle/core_throttle_count"});
        }
    }
    for (const rapl_package& package : rapl_packages(root)) {
        found.push_back({energy_kind, package.counter, shape::number, package.range_uj});
    }
    found.push_back({"cpu-steal", root / "proc/stat", shape::steal});
}

}  // namespace

struct machine_counters::source {
    std::string_view kind;
    shape form = shape::number;
    std::uint64_t wraps_at = 0;
    int descriptor = -1;
};

machine_counters::machine_counters(const fs::path& root) {
    found_files found;
    find_network(root, found);
    find_hardware_errors(root, found);
    find_processor(root, found);
    sources_.reserve(found.size());
    for (const found_file& each : found) {
        const int descriptor = open(each.file.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) continue;
        const auto begin = std::chrono::steady_clock::now();
        const bool readable = read_from(descriptor, each.form) != unreadable;
        const auto cost = std::chrono::steady_clock::now() - begin;
        // On hosts with many processors and interrupts the kernel writes /proc/stat for longer
        // than a counter is worth.
        const bool dear = each.form == shape::steal && cost > std::chrono::microseconds(100);
        if (readable && !dear) {
            sources_.push_back({each.kind, each.form, each.wraps_at, descriptor});
        } else {
            close(descriptor);
        }
    }
}

machine_counters::~machine_counters() {
    for (const source& each : sources_) close(each.descriptor);
}

machine_counters::machine_counters(machine_counters&& other) noexcept
    : sources_(std::exchange(other.sources_, {})), gpus_(std::move(other.gpus_)) {}

machine_counters& machine_counters::operator=(machine_counters&& other) noexcept {
    std::swap(sources_, other.sources_);
    std::swap(gpus_, other.gpus_);
    return *this;
}

counter_snapshot machine_counters::read() const {
    counter_snapshot snapshot;
    snapshot.values.reserve(sources_.size());
    for (const source& each : sources_) {
        snapshot.values.push_back(read_from(each.descriptor, each.form));
    }
    if (gpus_) snapshot.gpus = read_gpu_counts(*gpus_);
    return snapshot;
}

std::vector<std::string> machine_counters::flags_between(const counter_snapshot& before,
                                                         const counter_snapshot& after) const {
    std::vector<std::string> flags;
    const std::size_t known =
        std::min({sources_.size(), before.values.size(), after.values.size()});
    for (const std::string_view kind : flag_kinds) {
        std::uint64_t increase = 0;
        for (std::size_t i = 0; i < known; ++i) {
            const std::uint64_t from = before.values[i];
            const std::uint64_t to = after.values[i];
            if (sources_[i].kind != kind || to == unreadable || to < from) continue;
            increase += to - from;
        }
        if (increase > 0) flags.push_back(std::string(kind) + ":" + std::to_string(increase));
    }
    const auto of_gpus = gpu_flags_between(before.gpus, after.gpus);
    flags.insert(flags.end(), of_gpus.begin(), of_gpus.end());
    return flags;
}

std::optional<double> machine_counters::energy_j_between(const counter_snapshot& before,
                                                         const counter_snapshot& after) const {
    std::optional<double> energy_j;
    const std::size_t known =
        std::min({sources_.size(), before.values.size(), after.values.size()});
    for (std::size_t i = 0; i < known; ++i) {
        const std::uint64_t to = after.values[i];
        const std::uint64_t from = before.values[i];
        if (sources_[i].kind != energy_kind || to == unreadable || from == unreadable) continue;
        const auto used_uj = rapl_increase_uj(from, to, sources_[i].wraps_at);
        if (used_uj) energy_j = energy_j.value_or(0) + static_cast<double>(*used_uj) / 1e6;
    }
    return energy_j;
}

std::vector<std::string> machine_counters::kinds() const {
    std::vector<std::string> result;
    for (const source& each : sources_) {
        if (std::ranges::find(result, each.kind) == result.end()) result.emplace_back(each.kind);
    }
    return result;
}

}  // namespace railgauge
