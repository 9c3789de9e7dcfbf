// What would spoil or prevent measurements on this host, each finding with its figure and a remedy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace railgauge {

enum class check_status : std::uint8_t { ok, warning, problem, unknown };
[[nodiscard]] std::string_view name_of(check_status status) noexcept;

struct check {
    std::string id;  ///< "governor"
    check_status status = check_status::unknown;
    std::string finding;  ///< one sentence, with the figure
    std::string advice;   ///< what to do; empty when there is nothing to do
};

/// What system calls say about this process; apart, so that the checks are pure functions.
struct process_facts {
    int usable_cpus = 1;                               ///< sched_getaffinity
    bool can_pin = true;                               ///< sched_setaffinity succeeded
    std::optional<std::uint64_t> locked_memory_bytes;  ///< RLIMIT_MEMLOCK; nothing: unlimited
    bool memfd = true;                                 ///< memfd_create and a shared mapping work
    bool peer_memory = true;  ///< a child's memory can be read (process_vm_readv)
    /// Free in /dev/shm; nothing: there is none.
    std::optional<std::uint64_t> shm_free_bytes;
    bool privileged = false;  ///< effective user 0: limits do not bind it
};
[[nodiscard]] process_facts read_process_facts();

/// All checks that apply to this host, in a fixed order. `root` stands for "/"; `ranks` is how many
/// ranks are meant to run here.
[[nodiscard]] std::vector<check> check_host(const process_facts& facts, int ranks,
                                            const std::filesystem::path& root = "/");

}  // namespace railgauge
