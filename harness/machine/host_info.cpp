#include "harness/machine/host_info.hpp"

#include <hwloc.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/base/clock.hpp"
#include "harness/machine/build_info.hpp"
#include "harness/machine/text_file.hpp"

extern char** environ;

namespace railgauge {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

template <typename T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

std::string dumped(const json& value) {
    // Strings come from files and the environment: their bytes may be anything.
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json system_facts(const fs::path& root) {
    json facts;
    facts["boot_id"] = or_null(read_text(root / "proc/sys/kernel/random/boot_id"));
    utsname name{};
    if (uname(&name) == 0) {
        facts["kernel"] = std::string(name.sysname) + " " + name.release;
        facts["machine"] = name.machine;
    }
    const auto release = read_text(root / "etc/os-release");
    facts["distribution"] = or_null(release ? value_of(*release, "PRETTY_NAME=") : std::nullopt);
    return facts;
}

/// Counts and caches as hwloc sees this host.
json topology_facts() {
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) return nullptr;
    const std::unique_ptr<hwloc_topology, void (*)(hwloc_topology*)> topology(
        raw, [](hwloc_topology* each) { hwloc_topology_destroy(each); });
    if (hwloc_topology_load(raw) != 0) return nullptr;
    const auto count = [&](hwloc_obj_type_t type) {
        return std::max(hwloc_get_nbobjs_by_type(raw, type), 0);
    };
    json facts;
    facts["sockets"] = count(HWLOC_OBJ_PACKAGE);
    facts["numa_nodes"] = count(HWLOC_OBJ_NUMANODE);
    facts["cores"] = count(HWLOC_OBJ_CORE);
    facts["threads"] = count(HWLOC_OBJ_PU);
    json caches = json::array();
    for (const auto& [type, name] :
         {std::pair(HWLOC_OBJ_L1CACHE, "L1d"), std::pair(HWLOC_OBJ_L2CACHE, "L2"),
          std::pair(HWLOC_OBJ_L3CACHE, "L3"), std::pair(HWLOC_OBJ_L4CACHE, "L4")}) {
        const hwloc_obj_t cache = hwloc_get_obj_by_type(raw, type, 0);
        if (cache == nullptr || cache->attr == nullptr) continue;
        caches.push_back({{"level", name},
                          {"bytes", cache->attr->cache.size},
                          {"line_bytes", cache->attr->cache.linesize},
                          {"count", count(type)}});
    }
    facts["caches"] = caches;
    return facts;
}

/// The first found in sysfs: how many processors have which governor, e.g. {"performance": 64}.
json governors(const fs::path& root) {
    json result = json::object();
    for (const fs::path& cpu : cpu_folders(root)) {
        const auto governor = read_text(cpu / "cpufreq/scaling_governor");
        if (governor) result[*governor] = result.value(*governor, 0) + 1;
    }
    return result.empty() ? json(nullptr) : result;
}

json turbo(const fs::path& root) {
    const fs::path cpu = root / "sys/devices/system/cpu";
    if (const auto off = read_number(cpu / "intel_pstate/no_turbo")) return *off == 0;
    if (const auto on = read_number(cpu / "cpufreq/boost")) return *on != 0;
    return nullptr;
}

json processor_facts(const fs::path& root) {
    const std::string info = read_text(root / "proc/cpuinfo").value_or("");
    json facts;
    facts["model"] = or_null(value_of(info, "model name"));
    facts["microcode"] = or_null(value_of(info, "microcode"));
    facts.update(topology_facts());
    const std::string flags = " " + value_of(info, "flags").value_or("") + " ";
    facts["virtual"] =
        info.empty() ? json(nullptr) : json(flags.find(" hypervisor ") != flags.npos);
    facts["hypervisor"] = or_null(read_text(root / "sys/hypervisor/type"));
    facts["product"] = or_null(read_text(root / "sys/class/dmi/id/product_name"));
    facts["governors"] = governors(root);
    facts["turbo"] = turbo(root);
    facts["clock_source"] = or_null(
        read_text(root / "sys/devices/system/clocksource/clocksource0/current_clocksource"));
    return facts;
}

/// "always [madvise] never" is "madvise".
json bracketed(const std::optional<std::string>& choices) {
    if (!choices) return nullptr;
    const auto begin = choices->find('[');
    const auto end = choices->find(']');
    if (begin == std::string::npos || end == std::string::npos || end < begin) return *choices;
    return choices->substr(begin + 1, end - begin - 1);
}

json memory_facts(const fs::path& root) {
    const std::string info = read_text(root / "proc/meminfo").value_or("");
    const auto bytes = [&](std::string_view key) -> json {
        const auto kibibytes = leading_number(value_of(info, key).value_or(""));
        return kibibytes ? json(*kibibytes * 1024) : json(nullptr);
    };
    json facts;
    facts["total_bytes"] = bytes("MemTotal");
    facts["available_bytes"] = bytes("MemAvailable");
    facts["swap_total_bytes"] = bytes("SwapTotal");
    facts["swap_free_bytes"] = bytes("SwapFree");
    facts["page_bytes"] = sysconf(_SC_PAGESIZE);
    const fs::path huge = root / "sys/kernel/mm/transparent_hugepage";
    facts["transparent_huge_pages"] = bracketed(read_text(huge / "enabled"));
    facts["transparent_huge_pages_shared"] = bracketed(read_text(huge / "shmem_enabled"));
    return facts;
}

/// Both versions of control groups, at the root that a container sees as its own.
json limit_facts(const fs::path& root) {
    const fs::path groups = root / "sys/fs/cgroup";
    json facts;
    facts["cpu"] = or_null(read_text(groups / "cpu.max"));
    if (facts["cpu"].is_null()) {
        const auto quota = read_text(groups / "cpu/cpu.cfs_quota_us");
        const auto period = read_text(groups / "cpu/cpu.cfs_period_us");
        if (quota && period) facts["cpu"] = *quota + " " + *period;
    }
    facts["memory"] = or_null(read_text(groups / "memory.max"));
    if (facts["memory"].is_null()) {
        facts["memory"] = or_null(read_text(groups / "memory/memory.limit_in_bytes"));
    }
    return facts;
}

json device_facts(const fs::path& root) {
    json networks = json::array();
    const fs::path interfaces = root / "sys/class/net";
    for (const std::string& name : names_in(interfaces)) {
        const auto state = read_text(interfaces / name / "operstate");
        if (name == "lo" || state == "down") continue;
        std::error_code ignored;
        const fs::path driver = fs::read_symlink(interfaces / name / "device/driver", ignored);
        networks.push_back(
            {{"name", name},
             {"driver", driver.empty() ? json(nullptr) : json(driver.filename().string())},
             {"speed_mbps", or_null(read_number(interfaces / name / "speed"))},
             {"mtu", or_null(read_number(interfaces / name / "mtu"))}});
    }
    json infiniband = json::array();
    const fs::path devices = root / "sys/class/infiniband";
    for (const std::string& name : names_in(devices)) {
        for (const std::string& port : names_in(devices / name / "ports")) {
            const fs::path folder = devices / name / "ports" / port;
            infiniband.push_back({{"name", name},
                                  {"port", port},
                                  {"state", or_null(read_text(folder / "state"))},
                                  {"rate", or_null(read_text(folder / "rate"))},
                                  {"firmware", or_null(read_text(devices / name / "fw_ver"))}});
        }
    }
    json facts;
    facts["networks"] = networks;
    facts["infiniband"] = infiniband;
    facts["nvidia_driver"] = or_null(read_text(root / "sys/module/nvidia/version"));
    return facts;
}

json environment_facts(const char* const* environment) {
    static constexpr std::array<std::string_view, 8> allowed{
        "NCCL_", "UCX_", "MPICH_", "MPIR_CVAR_", "OMPI_MCA_", "OMPI_", "CUDA_", "RAILGAUGE_"};
    static constexpr std::array<std::string_view, 2> secrets{"RAILGAUGE_SECRET",
                                                             "RAILGAUGE_ROLL_CALL"};
    std::vector<std::pair<std::string, std::string>> found;
    for (; environment != nullptr && *environment != nullptr; ++environment) {
        const std::string_view entry = *environment;
        const auto equals = entry.find('=');
        if (equals == std::string_view::npos) continue;
        // A job's secret is nobody's business who reads its results.
        if (std::ranges::count(secrets, entry.substr(0, equals)) != 0) continue;
        if (std::ranges::any_of(allowed, [&](auto prefix) { return entry.starts_with(prefix); })) {
            found.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
        }
    }
    std::ranges::sort(found);
    json facts = json::object();
    for (const auto& [name, value] : found) facts[name] = value;
    return facts;
}

json build_facts() {
    const build_info& build = this_build();
    return {{"version", build.version},
            {"revision", build.revision},
            {"compiler", build.compiler},
            {"flags", build.flags},
            {"type", build.build_type}};
}

}  // namespace

std::string describe_host(const fs::path& root) {
    json facts;
    facts["host"] = host_name();
    facts.update(system_facts(root));
    facts["processor"] = processor_facts(root);
    facts["memory"] = memory_facts(root);
    facts["limits"] = limit_facts(root);
    facts["load"] = or_null(read_text(root / "proc/loadavg"));
    facts.update(device_facts(root));
    facts["clock"] = clock_name();
    facts["build"] = build_facts();
    facts["environment"] = environment_facts(environ);
    return dumped(facts);
}

std::string describe_environment(const char* const* environment) {
    return dumped(environment_facts(environment));
}

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "unknown";
    return name.data();
}

}  // namespace railgauge
