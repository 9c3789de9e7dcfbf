// Memory of a rank that others write or read, as ranks tell each other of it.
#pragma once

#include <ucp/api/ucp.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/backends/ucx/session.hpp"

namespace railgauge::ucx {

struct exposed_memory {
    std::uint64_t address = 0;
    std::uint64_t key_bytes = 0;  ///< 0: no key
    std::byte key[240] = {};
};

/// With the key that the peers' ucp_ep_rkey_unpack takes. Throws ucx_error, and capability_error
/// where the key is longer than exposed_memory holds.
[[nodiscard]] exposed_memory expose(const session& where, ucp_mem_h memory, void* address);

/// All ranks' memories, by rank. Collective.
[[nodiscard]] std::vector<exposed_memory> exchange(world& group, const exposed_memory& mine);

}  // namespace railgauge::ucx
