#include "harness/cli/gpu_flags.hpp"

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "harness/backends/nccl/nccl_backend.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/child_answer.hpp"
#include "harness/machine/gpu_info.hpp"

namespace railgauge {
namespace {

// The driver may have to wake the GPUs first, which takes seconds for each.
constexpr std::chrono::seconds driver_limit{60};

}  // namespace

void apply_gpu_flags(const std::string& nccl_library, bool share_gpu) {
    if (!nccl_library.empty()) {
        // A bare name is looked for where the loader looks.
        const bool is_path = nccl_library.find('/') != std::string::npos;
        const std::string named =
            is_path ? std::filesystem::absolute(nccl_library).string() : nccl_library;
        ::setenv("RAILGAUGE_NCCL_LIBRARY", named.c_str(), 1);
    }
    if (share_gpu) ::setenv("RAILGAUGE_SHARE_GPU", "1", 1);
}

void require_named_nccl(const std::string& nccl_library) {
    if (nccl_library.empty()) return;
    if (const std::string reason = why_not_nccl(); !reason.empty()) {
        throw capability_error("--nccl-library: " + reason);
    }
}

std::string gpus_for_record(bool in_child) {
    if (!has_gpu_driver()) return {};
    if (in_child) return ask_in_child([] { return describe_gpus(); }, driver_limit).text;
    try {
        return describe_gpus();
    } catch (const capability_error&) {
        return {};  // a driver without its library: doctor says so
    }
}

std::optional<std::uint64_t> free_gpu_memory_bytes() {
    if (!has_gpu_driver()) return std::nullopt;
    const auto ask = [] {
        const auto free = most_free_gpu_memory_bytes(*nvml::open());
        return free ? std::to_string(*free) : std::string();
    };
    const std::string text = ask_in_child(ask, driver_limit).text;
    std::uint64_t bytes = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return bytes;
}

}  // namespace railgauge
