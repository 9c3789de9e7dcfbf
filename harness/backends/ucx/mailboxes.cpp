#include "harness/backends/ucx/mailboxes.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/ucx/exposed_memory.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::ucx {
namespace {

/// Whether it holds on all ranks. Collective.
bool everywhere(world& group, bool here) {
    std::array<double, 1> fails{here ? 0.0 : 1.0};
    std::array<std::int32_t, 1> owner{};
    group.reduce_max(fails, owner);
    broadcast_value(group, fails[0]);
    return fails[0] == 0.0;
}

/// Each rank has slots for all others.
constexpr int most_ranks = 16;

/// Over xpmem a peer maps the pages of the process itself, which are gone when they are unmapped.
bool maps_private_pages(const session& where) {
    return std::ranges::any_of(where.transports(),
                               [](const std::string& name) { return name.starts_with("xpmem"); });
}

}  // namespace

bool mail_is_worthwhile(world& group, const std::shared_ptr<session>& where) {
    if (group.hosts() > 1 || group.size() == 1 || group.size() > most_ranks ||
        !everywhere(group, !where->sleeps())) {
        return false;
    }
    const auto tried = mailboxes::make(group, where, {.ranks = group.size()});
    return tried != nullptr && everywhere(group, !maps_private_pages(*where));
}

bool is_mailable(operation_kind kind) {
    return !is_pairwise(kind) && kind != operation_kind::send_recv &&
           kind != operation_kind::barrier && kind != operation_kind::put &&
           kind != operation_kind::get;
}

mailbox_layout layout_for(world& group, std::span<const transfer> transfers,
                          std::uint64_t element_bytes) {
    const auto ranks = static_cast<std::size_t>(group.size());
    std::vector<std::uint64_t> sent(ranks);
    std::uint64_t longest = 0;
    for (const transfer& t : transfers) {
        if (t.way == message::direction::send && t.count > 0) {
            ++sent[static_cast<std::size_t>(t.peer)];
            longest = std::max(longest, t.count * element_bytes);
        }
    }
    std::array<double, 2> most{static_cast<double>(*std::ranges::max_element(sent)),
                               static_cast<double>(longest)};
    std::array<std::int32_t, 2> owners{};
    group.reduce_max(most, owners);
    group.broadcast(std::as_writable_bytes(std::span(most)), 0);
    return {.ranks = group.size(),
            .messages = static_cast<std::uint64_t>(most[0]),
            .longest_bytes = static_cast<std::uint64_t>(most[1])};
}

mailboxes::mailboxes(std::shared_ptr<session> where, const mailbox_layout& layout)
    : where_(std::move(where)) {
    for (mailbox_set& set : sets_) {
        set.layout = layout;
        set.of.resize(static_cast<std::size_t>(layout.ranks));
    }
}

std::unique_ptr<mailboxes> mailboxes::make(world& group, const std::shared_ptr<session>& where,
                                           const mailbox_layout& layout) {
    std::unique_ptr<mailboxes> made(new mailboxes(where, layout));
    const bool allocated = made->allocate(2 * layout.bytes());
    if (!everywhere(group, allocated) || !everywhere(group, made->reach(group))) {
        return nullptr;
    }
    return made;
}

mailboxes::~mailboxes() {
    for (const mailbox_set::mailbox& one : sets_[0].of) {
        if (one.key != nullptr) {
            ucp().rkey_destroy(one.key);
        }
    }
    if (memory_ != nullptr) {
        ucp().mem_unmap(where_->context(), memory_);
    }
}

bool mailboxes::allocate(std::uint64_t bytes) {
    ucp_mem_map_params_t wanted{};
    wanted.field_mask = UCP_MEM_MAP_PARAM_FIELD_ADDRESS | UCP_MEM_MAP_PARAM_FIELD_LENGTH |
                        UCP_MEM_MAP_PARAM_FIELD_FLAGS;
    wanted.length = bytes;
    wanted.flags = UCP_MEM_MAP_ALLOCATE;
    if (ucp().mem_map(where_->context(), &wanted, &memory_) != UCS_OK) {
        memory_ = nullptr;
        return false;
    }
    ucp_mem_attr_t facts{};
    facts.field_mask = UCP_MEM_ATTR_FIELD_ADDRESS;
    if (ucp().mem_query(memory_, &facts) != UCS_OK) {
        return false;
    }
    address_ = static_cast<std::byte*>(facts.address);
    std::memset(address_, 0, bytes);
    return true;
}

bool mailboxes::reach(world& group) {
    exposed_memory mine;
    try {
        mine = expose(*where_, memory_, address_);
    } catch (const error&) {
        mine.key_bytes = 0;  // nobody reaches it, and all learn that
    }
    const std::vector<exposed_memory> all = exchange(group, mine);
    const std::uint64_t bytes = sets_[0].layout.bytes();
    for (std::size_t rank = 0; rank < all.size(); ++rank) {
        ucp_rkey_h key = nullptr;
        if (static_cast<int>(rank) != group.rank()) {
            void* stores = nullptr;
            if (all[rank].key_bytes == 0 ||
                ucp().ep_rkey_unpack(where_->endpoint(static_cast<int>(rank)), all[rank].key,
                                     &key) != UCS_OK) {
                return false;
            }
            sets_[0].of[rank].key = key;  // for the destructor
            if (ucp().rkey_ptr(key, all[rank].address, &stores) != UCS_OK) {
                return false;
            }
        }
        auto* const address = reinterpret_cast<std::byte*>(all[rank].address);
        sets_[0].of[rank] = {address, key};
        sets_[1].of[rank] = {address + bytes, key};
    }
    return true;
}

}  // namespace railgauge::ucx
