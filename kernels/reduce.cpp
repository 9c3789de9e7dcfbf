#include "kernels/reduce.hpp"

#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "kernels/reduce_functions.hpp"

namespace railgauge {
namespace {

#if defined(__x86_64__)
/// Not every compiler knows F16C's name in __builtin_cpu_supports, which also asks whether the
/// system saves the wide registers (F16C needs the same ones as AVX2).
bool has_avx2_and_f16c() noexcept {
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __builtin_cpu_supports("avx2") && __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 &&
           (ecx & bit_F16C) != 0;
}
#endif

const reduce_functions& choose_functions() noexcept {
#if defined(__x86_64__)
    if (has_avx2_and_f16c()) return avx2_reduce_functions();
#endif
    return baseline_reduce_functions();
}

/// Chosen once, at the first use: an indirect function of the linker would run before the
/// sanitizers are ready.
const reduce_functions& functions() noexcept {
    static const reduce_functions& chosen = choose_functions();
    return chosen;
}

reduce_functions::combine combine_of(dtype type, redop op) noexcept {
    const bool sums = op == redop::avg || op == redop::mulsum;
    const redop combining = sums ? redop::sum : op;
    return functions()
        .combine_of[static_cast<std::size_t>(type)][static_cast<std::size_t>(combining)];
}

}  // namespace

void reduce_into(dtype type, redop op, std::byte* target, const std::byte* source,
                 std::uint64_t count) {
    const std::byte* const sources[] = {target, source};
    combine_of(type, op)(&target, 1, sources, 2, count * size_of(type), false);
}

void reduce_many(dtype type, redop op, std::span<std::byte* const> targets,
                 std::span<const std::byte* const> sources, std::uint64_t count, bool streaming) {
    if (targets.empty() || sources.empty()) return;
    combine_of(type, op)(targets.data(), targets.size(), sources.data(), sources.size(),
                         count * size_of(type), streaming);
}

void finish_average(dtype type, std::byte* target, std::uint64_t count, std::int32_t ranks) {
    functions().average_of[static_cast<std::size_t>(type)](target, count, ranks);
}

void copy_bytes(std::byte* target, const std::byte* source, std::uint64_t bytes, bool streaming) {
    if (bytes == 0) return;
    if (streaming) {
        functions().stream_copy(target, source, bytes);
    } else {
        std::memcpy(target, source, bytes);
    }
}

}  // namespace railgauge
