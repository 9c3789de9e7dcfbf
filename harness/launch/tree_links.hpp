// A group's hosts as their leaders see them: the part of each collective call that goes from host
// to host, over one connection for each edge of the tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "harness/launch/board.hpp"
#include "harness/launch/tree_frame.hpp"
#include "harness/launch/tree_intake.hpp"

namespace railgauge {

/// Used by one thread. Every function is collective over the group's leaders; what goes wrong with
/// a connection is thrown as deadline_error, which names both hosts, unless the job has a verdict
/// that says more.
class tree_links {
public:
    /// `parent` is empty for host 0. `look_up` as in board_member: called while waiting, leaves by
    /// throwing when the job is over.
    tree_links(const hello& mine, int hosts, std::optional<proven_link> parent,
               std::vector<proven_link> children, std::shared_ptr<board> where,
               std::function<void()> look_up);

    [[nodiscard]] int host() const noexcept { return mine_.host; }
    [[nodiscard]] int hosts() const noexcept { return hosts_; }

    void barrier();
    /// The bytes of host `root`'s leader reach the others.
    void broadcast(std::span<std::byte> data, int root);
    /// What the leaders hold, one after the other in no order, reaches `root`'s; elsewhere `held`
    /// is left undefined. All together it is at most `limit` bytes.
    void collect(std::vector<std::byte>& held, int root, std::uint64_t limit);
    /// Elementwise maximum and its owner (the lowest of equals) at host 0.
    void reduce_max(std::span<double> values, std::span<std::int32_t> owners);

    /// One neighbour's connection, for conversations that are not one of those above.
    struct edge {
        hello who;
        tcp_stream stream;
    };
    [[nodiscard]] edge* parent() noexcept { return parent_ ? &*parent_ : nullptr; }
    [[nodiscard]] std::span<edge> children() noexcept { return children_; }
    /// Begins a call: the frames of this one have the next number.
    void next_call() noexcept { ++sequence_; }
    void send(edge& to, frame_kind kind, std::span<const std::byte> data);
    /// Exactly data.size() bytes.
    void receive(edge& from, frame_kind kind, std::span<std::byte> data);

private:
    [[nodiscard]] edge* towards(int host) noexcept;
    [[nodiscard]] std::uint64_t receive_header(edge& from, frame_kind kind, std::uint64_t limit);
    void receive_payload(edge& from, std::span<std::byte> data);
    template <typename Function>
    void on_edge(edge& which, const char* what, Function&& work);

    hello mine_;
    int hosts_;
    std::optional<edge> parent_;
    std::vector<edge> children_;
    std::shared_ptr<board> board_;
    std::function<void()> look_up_;
    std::uint32_t sequence_ = 0;
    std::vector<std::byte> scratch_;
};

}  // namespace railgauge
