#include "harness/launch/hosts_world.hpp"

#include <unistd.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <cstring>
#include <optional>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/launch/tree_connect.hpp"

namespace railgauge {

namespace {

/// From the leader to another rank of its host, where a gather has its root there.
constexpr std::size_t part_bytes = 65536;

}  // namespace

hosts_world::hosts_world(std::shared_ptr<board> where_, int place, split_seat mine,
                         std::byte* memory, shared_segment segment, std::string_view meeting)
    : board_member(std::move(where_), place, meeting),
      segment_(std::move(segment)),
      seat_(std::move(mine)),
      exchange_(memory, seat_.local_rank, static_cast<int>(seat_.ranks_here.size()),
                oversubscribed(), [this] { look_up(); }) {}

hosts_world::~hosts_world() {
    // First the data, so that a host that still waits for this one learns it.
    links_.reset();
    if (watch_) {
        watch_->leave();
    }
}

bool hosts_world::is_here(int rank) const {
    return std::binary_search(seat_.ranks_here.begin(), seat_.ranks_here.end(), rank);
}

int hosts_world::host_of(int rank) {
    if (rank == 0) {
        return 0;
    }
    if (host_of_rank_.empty()) {
        std::vector<std::int32_t> mine{seat_.host, static_cast<std::int32_t>(local_size())};
        mine.insert(mine.end(), seat_.ranks_here.begin(), seat_.ranks_here.end());
        const auto bytes = std::as_bytes(std::span(mine));
        std::vector<std::byte> held(bytes.begin(), bytes.end());
        const auto words = static_cast<std::uint64_t>(2 * seat_.hosts + seat_.size);
        links_->collect(held, 0, words * sizeof(std::int32_t));
        host_of_rank_.resize(static_cast<std::size_t>(seat_.size));
        if (seat_.host == 0) {
            std::vector<std::int32_t> told(held.size() / sizeof(std::int32_t));
            std::memcpy(told.data(), held.data(), told.size() * sizeof(std::int32_t));
            for (std::size_t at = 0; at + 1 < told.size();) {
                const auto [host, count] = std::pair(told[at], told[at + 1]);
                at += 2;
                for (std::int32_t i = 0; i < count && at < told.size(); ++i, ++at) {
                    host_of_rank_.at(static_cast<std::size_t>(told[at])) = host;
                }
            }
        }
        links_->broadcast(std::as_writable_bytes(std::span(host_of_rank_)), 0);
    }
    return host_of_rank_[static_cast<std::size_t>(rank)];
}

void hosts_world::do_barrier() {
    exchange_.barrier();
    if (leads()) {
        links_->barrier();
    }
    exchange_.barrier();
}

void hosts_world::do_broadcast(std::span<std::byte> data, int root) {
    const bool starts_here = is_here(root);
    if (starts_here) {
        const auto found = std::lower_bound(seat_.ranks_here.begin(), seat_.ranks_here.end(), root);
        exchange_.broadcast(data, static_cast<int>(found - seat_.ranks_here.begin()));
    }
    if (leads()) {
        links_->broadcast(data, host_of(root));
    }
    if (!starts_here) {
        exchange_.broadcast(data, 0);
    }
}

// A host's part is its number of ranks, these ranks, and their blocks.
void hosts_world::do_gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) {
    const std::size_t block = mine.size();
    std::vector<std::byte> held;
    std::span<std::byte> blocks;
    if (leads()) {
        const auto count = static_cast<std::int32_t>(local_size());
        const std::size_t names = seat_.ranks_here.size() * sizeof(std::int32_t);
        held.resize(sizeof count + names + seat_.ranks_here.size() * block);
        std::memcpy(held.data(), &count, sizeof count);
        std::memcpy(held.data() + sizeof count, seat_.ranks_here.data(), names);
        blocks = std::span(held).subspan(sizeof count + names);
    }
    exchange_.gather(mine, blocks, 0);
    const bool ends_here = is_here(root);
    std::vector<std::byte> ordered;
    if (leads()) {
        const std::uint64_t limit =
            sizeof(std::int32_t) * static_cast<std::uint64_t>(seat_.hosts + seat_.size) +
            static_cast<std::uint64_t>(seat_.size) * block;
        links_->collect(held, host_of(root), limit);
        if (ends_here && root != seat_.rank) {
            ordered.resize(static_cast<std::size_t>(seat_.size) * block);
        }
        if (ends_here) {
            put_in_order(held, block, root == seat_.rank ? all : std::span(ordered));
        }
    }
    if (ends_here && root != seat_.ranks_here.front()) {
        hand_over(seat_.rank == root ? all : std::span(ordered),
                  static_cast<std::size_t>(seat_.size) * block, root);
    }
}

void hosts_world::put_in_order(std::span<const std::byte> held, std::size_t block,
                               std::span<std::byte> all) const {
    std::size_t ranks_found = 0;
    while (!held.empty()) {
        std::int32_t count = 0;
        std::memcpy(&count, held.data(), std::min(sizeof count, held.size()));
        const std::size_t names = static_cast<std::size_t>(count) * sizeof(std::int32_t);
        const std::size_t whole = sizeof count + names + static_cast<std::size_t>(count) * block;
        if (count <= 0 || count > seat_.size || whole > held.size()) {
            break;
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            std::int32_t rank = 0;
            std::memcpy(&rank, held.data() + (1 + i) * sizeof rank, sizeof rank);
            if (rank >= 0 && rank < seat_.size && block > 0) {
                std::memcpy(all.data() + static_cast<std::size_t>(rank) * block,
                            held.data() + sizeof count + names + i * block, block);
            }
        }
        ranks_found += static_cast<std::size_t>(count);
        held = held.subspan(whole);
    }
    if (!held.empty() || ranks_found != static_cast<std::size_t>(seat_.size)) {
        throw deadline_error(
            "the ranks are out of step: a gather over the hosts brought blocks of another size; "
            "all ranks must pass equal sizes");
    }
}

void hosts_world::hand_over(std::span<std::byte> data, std::size_t bytes, int to) {
    std::vector<std::byte> unused;
    for (std::size_t at = 0; at < bytes; at += part_bytes) {
        const std::size_t count = std::min(part_bytes, bytes - at);
        if (leads() || seat_.rank == to) {
            exchange_.broadcast(data.subspan(at, count), 0);
        } else {
            unused.resize(count);
            exchange_.broadcast(unused, 0);
        }
    }
}

void hosts_world::barrier() {
    const call_mark mark(*this, board_call::barrier);
    do_barrier();
}

void hosts_world::broadcast(std::span<std::byte> data, int root) {
    const call_mark mark(*this, board_call::broadcast);
    do_broadcast(data, root);
}

void hosts_world::gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) {
    const call_mark mark(*this, board_call::gather);
    do_gather(mine, all, root);
}

void hosts_world::reduce_max(std::span<double> values, std::span<std::int32_t> owners) {
    const call_mark mark(*this, board_call::reduce_max);
    exchange_.reduce_max(values, owners);
    if (leads()) {
        for (std::int32_t& owner : owners) {
            owner = seat_.ranks_here[static_cast<std::size_t>(owner)];
        }
        links_->reduce_max(values, owners);
    }
}

clock_relation hosts_world::relate_clock() {
    const call_mark mark(*this, board_call::barrier);
    clock_relation found;
    if (leads()) {
        found = clock_.relate(*links_, !oversubscribed());
    }
    exchange_.broadcast(std::as_writable_bytes(std::span(&found, 1)), 0);
    return found;
}

hello hosts_world::say_hello(link_purpose purpose) const {
    hello said;
    said.protocol = tree_protocol;
    said.purpose = purpose;
    said.host = seat_.host;
    said.rank = where()->cell(place()).job_rank.load();
    said.pid = ::getpid();
    said.version = key_.version.data();
    said.host_name = host_name();
    return said;
}

void hosts_world::share_key() {
    exchange_.broadcast(std::as_writable_bytes(std::span(&key_, 1)), 0);
}

namespace {

std::vector<int> children_of(int host, int hosts) {
    std::vector<int> children;
    for (int i = 1; i <= tree_fan_out && tree_fan_out * host + i < hosts; ++i) {
        children.push_back(tree_fan_out * host + i);
    }
    return children;
}

}  // namespace

void hosts_world::join_tree(tree_seat tree, tcp_stream::time_point until) {
    copy_to_board(key_.host_address, tree.listener.host_address());
    copy_to_board(key_.version, tree.version);
    key_.secret = tree.secret.bytes();
    const auto hook = [this] { look_up(); };
    watch_ = std::make_unique<tree_watch>(where(), say_hello(link_purpose::watch),
                                          std::move(tree.listener), tree.secret,
                                          children_of(seat_.host, seat_.hosts));
    std::optional<proven_link> parent;
    if (seat_.host > 0) {
        const int above = parent_of_host(seat_.host);
        const auto connect = [&](link_purpose purpose) {
            return connect_to_host(tree.parent, above, say_hello(purpose), tree.secret, until,
                                   hook);
        };
        watch_->add_parent(connect(link_purpose::watch));
        parent = connect(link_purpose::data);
    }
    links_ =
        std::make_unique<tree_links>(say_hello(link_purpose::data), seat_.hosts, std::move(parent),
                                     watch_->await_children(until, hook), where(), hook);
}

void hosts_world::join_group(tcp_listener listener, const std::string& parent_address,
                             const tree_key& key, tcp_stream::time_point until) {
    key_ = key;
    const job_secret secret(key.secret);
    const auto hook = [this] { look_up(); };
    const std::vector<int> children = children_of(seat_.host, seat_.hosts);
    asio::io_context io;
    std::optional<tree_intake> intake;
    if (!children.empty()) {
        intake.emplace(
            io, std::move(listener),
            intake_orders{say_hello(link_purpose::data), secret, children,
                          [this](const std::string& text) { where()->note(text); }, nullptr});
    }
    std::optional<proven_link> parent;
    if (seat_.host > 0) {
        parent = connect_to_host(parent_address, parent_of_host(seat_.host),
                                 say_hello(link_purpose::data), secret, until, hook);
    }
    while (intake && !intake->complete()) {
        io.run_one_for(std::chrono::milliseconds(50));
        hook();
        if (std::chrono::steady_clock::now() > until) {
            throw deadline_error("host " + host_name() +
                                 " waited in vain for the other hosts of a group of ranks: the "
                                 "management network does not let them connect to this one");
        }
    }
    links_ = std::make_unique<tree_links>(
        say_hello(link_purpose::data), seat_.hosts, std::move(parent),
        intake ? intake->take_links() : std::vector<proven_link>{}, where(), hook);
}

}  // namespace railgauge
