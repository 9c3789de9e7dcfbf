#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>

#include "harness/base/clock.hpp"
#include "harness/machine/check_list.hpp"
#include "harness/machine/text_file.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

void check_governor(const fs::path& root, std::vector<check>& found) {
    std::map<std::string, int> governors;
    for (const fs::path& cpu : cpu_folders(root)) {
        if (const auto governor = read_text(cpu / "cpufreq/scaling_governor")) {
            ++governors[*governor];
        }
    }
    if (governors.empty()) {
        found.push_back({"governor", check_status::unknown,
                         "the kernel shows no frequency governor (a virtual machine, or no driver)",
                         ""});
        return;
    }
    std::vector<std::string> words;
    for (const auto& [name, count] : governors) {
        words.push_back(fmt::format("{} on {} processors", name, count));
    }
    const bool fine = governors.size() == 1 && governors.begin()->first == "performance";
    found.push_back({"governor", fine ? check_status::ok : check_status::warning,
                     fmt::format("frequency governor: {}", fmt::join(words, ", ")),
                     fine ? ""
                          : "cpupower frequency-set -g performance, so that clocks do not follow "
                            "the load"});
}

void check_turbo(const fs::path& root, std::vector<check>& found) {
    const fs::path cpu = root / "sys/devices/system/cpu";
    std::string file = "intel_pstate/no_turbo";
    std::optional<bool> on;
    if (const auto off = read_number(cpu / file)) {
        on = *off == 0;
    } else if (const auto boost = read_number(cpu / "cpufreq/boost")) {
        file = "cpufreq/boost";
        on = *boost != 0;
    }
    if (!on) return;  // no such switch here: the governor's line says what is known
    found.push_back({"turbo", *on ? check_status::warning : check_status::ok,
                     *on ? "turbo is on: the clock depends on temperature and on other cores' load"
                         : "turbo is off",
                     *on ? fmt::format("for figures that repeat, echo {} > "
                                       "/sys/devices/system/cpu/{}; for the most speed, leave it",
                                       file.ends_with("boost") ? 0 : 1, file)
                         : ""});
}

void check_virtual(const fs::path& root, std::vector<check>& found) {
    const std::string info = read_text(root / "proc/cpuinfo").value_or("");
    const std::string flags = " " + value_of(info, "flags").value_or("") + " ";
    if (flags.find(" hypervisor ") == std::string::npos) return;
    // proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal, in ticks since boot.
    std::array<std::uint64_t, 8> ticks{};
    const std::string line =
        value_of(read_text(root / "proc/stat").value_or(""), "cpu").value_or("");
    std::string_view rest = line;
    std::uint64_t total = 0;
    for (std::uint64_t& each : ticks) {
        each = leading_number(rest).value_or(0);
        total += each;
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        rest.remove_prefix(std::min(rest.find(' '), rest.size()));
    }
    const double steal =
        total == 0 ? 0 : 100.0 * static_cast<double>(ticks[7]) / static_cast<double>(total);
    const bool fine = steal < 0.5;
    found.push_back(
        {"virtual-machine", fine ? check_status::ok : check_status::warning,
         fmt::format("a virtual machine, from which {:.2f} % of the time since boot was stolen",
                     steal),
         fine ? "" : "others share its processors: compare side by side, interleaved, and repeat"});
}

void check_load(const process_facts& facts, const fs::path& root, std::vector<check>& found) {
    const auto text = read_text(root / "proc/loadavg");
    if (!text) return;
    const double load = std::strtod(text->c_str(), nullptr);
    const bool fine = load < 0.5 || load < 0.1 * facts.usable_cpus;
    found.push_back({"load", fine ? check_status::ok : check_status::warning,
                     fmt::format("load average of the last minute: {:.2f} on {} usable processors",
                                 load, facts.usable_cpus),
                     fine ? "" : "other programs run; wait for them or stop them"});
}

/// Processors that the control group pays for; nothing: no quota.
std::optional<double> quota_cpus(const fs::path& root) {
    const fs::path groups = root / "sys/fs/cgroup";
    std::optional<std::uint64_t> quota;
    std::optional<std::uint64_t> period;
    if (const auto text = read_text(groups / "cpu.max")) {
        quota = leading_number(*text);  // "max 100000": no number, no quota
        const auto space = text->find(' ');
        if (space != std::string::npos) period = leading_number(text->substr(space));
    } else {
        quota = read_number(groups / "cpu/cpu.cfs_quota_us");  // -1 is no number either
        period = read_number(groups / "cpu/cpu.cfs_period_us");
    }
    if (!quota || !period || *period == 0) return std::nullopt;
    return static_cast<double>(*quota) / static_cast<double>(*period);
}

void check_room(const process_facts& facts, int ranks, const fs::path& root,
                std::vector<check>& found) {
    const bool enough = ranks <= facts.usable_cpus;
    found.push_back(
        {"ranks", enough ? check_status::ok : check_status::warning,
         fmt::format("{} ranks on {} usable processors", ranks, facts.usable_cpus),
         enough ? "" : "ranks will take turns: times then measure the scheduler; use fewer ranks"});
    if (const auto quota = quota_cpus(root)) {
        const bool fine = *quota >= ranks && *quota >= facts.usable_cpus;
        found.push_back({"cpu-quota", fine ? check_status::ok : check_status::warning,
                         fmt::format("the control group may use {:.2f} processors' time", *quota),
                         fine ? ""
                              : "ranks that spin are stopped when it is spent; raise the quota "
                                "(docker: --cpus) or use fewer ranks"});
    }
    found.push_back({"pinning", facts.can_pin ? check_status::ok : check_status::warning,
                     facts.can_pin ? "ranks can be pinned to processors"
                                   : "ranks cannot be pinned: sched_setaffinity is refused",
                     facts.can_pin ? "" : "allow it in the container's seccomp profile"});
}

void check_clock(const fs::path& root, std::vector<check>& found) {
    const std::string source =
        read_text(root / "sys/devices/system/clocksource/clocksource0/current_clocksource")
            .value_or("unknown");
    const bool counter = detail::clock_is_counter;
    found.push_back({"clock", counter ? check_status::ok : check_status::warning,
                     fmt::format("times are read from {}; the kernel's clock source is {}",
                                 clock_name(), source),
                     counter ? ""
                             : "the processor's counter is not trusted here: a reading costs more, "
                               "and short times are less exact"});
}

}  // namespace

void check_processor(const process_facts& facts, int ranks, const fs::path& root,
                     std::vector<check>& found) {
    check_room(facts, ranks, root, found);
    check_clock(root, found);
    check_governor(root, found);
    check_turbo(root, found);
    check_virtual(root, found);
    check_load(facts, root, found);
}

}  // namespace railgauge
