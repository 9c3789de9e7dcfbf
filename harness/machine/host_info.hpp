// What this host is, for the record of each run.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace railgauge {

/// One JSON object: host name, boot id, kernel, distribution, processor (model, sockets, cores,
/// threads, NUMA nodes, caches), memory, page size, huge pages, hypervisor, frequency governor and
/// turbo, limits of the control group, load, network and InfiniBand devices, NVIDIA driver, the
/// clock, this build, and the allow-listed environment. Unknown facts are null. Never throws for a
/// missing file; text that is not UTF-8 has its wrong bytes replaced by U+FFFD.
/// `root` stands for "/" (tests give a tree of their own; the hwloc part is always this host's).
[[nodiscard]] std::string describe_host(const std::filesystem::path& root = "/");

/// The variables whose names begin with NCCL_, UCX_, MPICH_, MPIR_CVAR_, OMPI_MCA_, OMPI_, CUDA_ or
/// RAILGAUGE_, sorted, as a JSON object; `environment` ends with a null pointer, as environ does.
/// Never the whole environment: it holds secrets; nor the two of ours that are one
/// (RAILGAUGE_SECRET, RAILGAUGE_ROLL_CALL).
[[nodiscard]] std::string describe_environment(const char* const* environment);

/// gethostname, up to the first dot kept as it is; "unknown" where it fails.
[[nodiscard]] std::string host_name();

}  // namespace railgauge
