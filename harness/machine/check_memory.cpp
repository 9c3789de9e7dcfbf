#include <fmt/format.h>

#include "harness/base/units.hpp"
#include "harness/machine/check_list.hpp"
#include "harness/machine/text_file.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

/// What registered buffers of a modest run need.
constexpr std::uint64_t enough_locked_memory = std::uint64_t{64} << 20;

void check_locked(const process_facts& facts, std::vector<check>& found) {
    const bool fine = !facts.locked_memory_bytes || facts.privileged ||
                      *facts.locked_memory_bytes >= enough_locked_memory;
    found.push_back({"locked-memory", fine ? check_status::ok : check_status::warning,
                     facts.locked_memory_bytes
                         ? fmt::format("locked memory is limited to {}{}",
                                       format_bytes(*facts.locked_memory_bytes),
                                       facts.privileged ? ", which does not bind root" : "")
                         : "locked memory is not limited",
                     fine ? ""
                          : "RDMA and GPU libraries register buffers: set memlock to unlimited in "
                            "/etc/security/limits.conf (docker: --ulimit memlock=-1)"});
}

/// Two ranks of UCX 1.13 keep 9 MB in it, those of MPICH 4 some more.
constexpr std::uint64_t enough_shm = std::uint64_t{32} << 20;

void check_shm(const process_facts& facts, std::vector<check>& found) {
    const bool fine = facts.shm_free_bytes && *facts.shm_free_bytes >= enough_shm;
    found.push_back({"dev-shm", fine ? check_status::ok : check_status::warning,
                     facts.shm_free_bytes
                         ? fmt::format("/dev/shm has {} KiB free", *facts.shm_free_bytes >> 10)
                         : "there is no /dev/shm",
                     fine ? ""
                          : "MPI and UCX keep queues of a few MiB a rank there, and may not start "
                            "without: mount -o remount,size=1G /dev/shm (docker: --shm-size=1g)"});
}

void check_sharing(const process_facts& facts, const fs::path& root, std::vector<check>& found) {
    found.push_back({"shared-memory", facts.memfd ? check_status::ok : check_status::problem,
                     facts.memfd ? "memory can be shared (memfd_create)"
                                 : "memory cannot be shared: memfd_create or mapping it fails",
                     facts.memfd ? ""
                                 : "ranks on one host meet there: allow memfd_create in the "
                                   "container's seccomp profile"});
    const auto scope = read_number(root / "proc/sys/kernel/yama/ptrace_scope");
    const std::string reason =
        scope ? fmt::format(" (kernel.yama.ptrace_scope is {})", *scope) : std::string();
    found.push_back({"peer-memory", facts.peer_memory ? check_status::ok : check_status::warning,
                     (facts.peer_memory ? "a child's memory can be read directly"
                                        : "a child's memory cannot be read directly") +
                         reason,
                     facts.peer_memory
                         ? ""
                         : "MPI libraries then copy large messages twice: sysctl "
                           "kernel.yama.ptrace_scope=0 (docker: --cap-add SYS_PTRACE)"});
    // proc(5): with hidepid 1 and more, other users' /proc/PID cannot be entered. Ranks are of one
    // user, so only the word is worth a line.
    const std::string mounts = read_text(root / "proc/mounts").value_or("");
    const auto proc = value_of(mounts, "proc /proc proc");
    if (proc && proc->find("hidepid=") != std::string::npos &&
        proc->find("hidepid=0") == std::string::npos && proc->find("hidepid=off") == proc->npos) {
        found.push_back({"hidepid", check_status::ok,
                         "/proc hides other users' processes (hidepid); ranks of one user see "
                         "each other",
                         ""});
    }
}

void check_huge_pages(const fs::path& root, std::vector<check>& found) {
    const auto choice = read_text(root / "sys/kernel/mm/transparent_hugepage/enabled");
    if (!choice) {
        found.push_back({"huge-pages", check_status::unknown,
                         "the kernel shows no transparent huge pages", ""});
        return;
    }
    const bool off = choice->find("[never]") != std::string::npos;
    found.push_back({"huge-pages", off ? check_status::warning : check_status::ok,
                     fmt::format("transparent huge pages: {}", *choice),
                     off ? "large buffers pay for many TLB misses: echo madvise > "
                           "/sys/kernel/mm/transparent_hugepage/enabled"
                         : ""});
}

void check_swap(const fs::path& root, std::vector<check>& found) {
    const std::string info = read_text(root / "proc/meminfo").value_or("");
    const auto bytes = [&](std::string_view key) {
        return leading_number(value_of(info, key).value_or("")).value_or(0) * 1024;
    };
    const std::uint64_t total = bytes("SwapTotal");
    const std::uint64_t free = bytes("SwapFree");
    const std::uint64_t used = total > free ? total - free : 0;
    // A little stays behind from busier times and harms nothing.
    const bool fine = used < (std::uint64_t{64} << 20);
    found.push_back({"swap", fine ? check_status::ok : check_status::warning,
                     total == 0 ? "no swap" : fmt::format("{} MiB of swap are in use", used >> 20),
                     fine ? "" : "memory is or was short; free some, then swapoff -a; swapon -a"});
}

}  // namespace

void check_memory(const process_facts& facts, const fs::path& root, std::vector<check>& found) {
    check_sharing(facts, root, found);
    check_shm(facts, found);
    check_locked(facts, found);
    check_huge_pages(root, found);
    check_swap(root, found);
}

}  // namespace railgauge
