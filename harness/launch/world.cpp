#include "harness/launch/world.hpp"

namespace railgauge {

std::string_view name_of(phase where) noexcept {
    switch (where) {
        case phase::starting: return "starting";
        case phase::planning: return "planning";
        case phase::preparing: return "preparing";
        case phase::verifying: return "verifying";
        case phase::warming_up: return "warming up";
        case phase::sampling: return "sampling";
        case phase::writing: return "writing";
        case phase::finished: return "finished";
    }
    return "unknown";
}

void broadcast_string(world& group, std::string& text, int root) {
    std::uint64_t length = text.size();
    broadcast_value(group, length, root);
    text.resize(length);
    group.broadcast(std::as_writable_bytes(std::span(text.data(), text.size())), root);
}

}  // namespace railgauge
