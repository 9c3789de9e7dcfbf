#include "harness/backends/ucx/exposed_memory.hpp"

#include <cstring>
#include <span>
#include <string>

#include "harness/launch/world.hpp"

namespace railgauge::ucx {

exposed_memory expose(const session& where, ucp_mem_h memory, void* address) {
    exposed_memory mine{.address = reinterpret_cast<std::uint64_t>(address)};
    if (memory == nullptr) {
        return mine;
    }
    void* packed = nullptr;
    std::size_t bytes = 0;
    check_ucx("ucp_rkey_pack", ucp().rkey_pack(where.context(), memory, &packed, &bytes));
    if (bytes <= sizeof mine.key) {
        std::memcpy(mine.key, packed, bytes);
        mine.key_bytes = bytes;
    }
    ucp().rkey_buffer_release(packed);
    if (bytes > sizeof mine.key) {
        throw capability_error("ucp_rkey_pack: keys of " + std::to_string(bytes) +
                               " bytes are longer than the ucx backend sends around");
    }
    return mine;
}

std::vector<exposed_memory> exchange(world& group, const exposed_memory& mine) {
    std::vector<exposed_memory> all(static_cast<std::size_t>(group.size()));
    group.gather(
        std::as_bytes(std::span(&mine, 1)),
        group.rank() == 0 ? std::as_writable_bytes(std::span(all)) : std::span<std::byte>(), 0);
    group.broadcast(std::as_writable_bytes(std::span(all)), 0);
    return all;
}

}  // namespace railgauge::ucx
