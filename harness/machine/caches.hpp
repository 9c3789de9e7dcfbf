#pragma once

#include <cstdint>

namespace railgauge {

/// Bytes of the outermost cache that a core of this host reaches (the smallest one where they
/// differ), read once a process; 0 where the host does not say. From the operating system: the C
/// library's sysconf adds up all of a socket's caches on some processors.
[[nodiscard]] std::uint64_t last_level_cache_bytes();

}  // namespace railgauge
