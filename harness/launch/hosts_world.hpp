// The world of ranks on several hosts: each call is a local step on the host's board, and the
// leader, local rank 0, passes its host's part on over the tree.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/shared_segment.hpp"
#include "harness/launch/board_member.hpp"
#include "harness/launch/exchange.hpp"
#include "harness/launch/hosts.hpp"
#include "harness/launch/job_secret.hpp"
#include "harness/launch/split_members.hpp"
#include "harness/launch/tree_clock.hpp"
#include "harness/launch/tree_links.hpp"
#include "harness/launch/tree_watch.hpp"

namespace railgauge {

/// What the ranks of a host need for making further trees.
struct tree_key {
    std::array<char, 64> host_address{};  ///< of this host, on the management network
    std::array<char, 48> version{};       ///< of railgauge
    digest secret{};
};

class hosts_world final : public board_member {
public:
    /// `mine` is this rank's place in the group, whose exchange on this host lies in `memory`: the
    /// board's own, or that of `segment`.
    hosts_world(std::shared_ptr<board> where, int place, split_seat mine, std::byte* memory,
                shared_segment segment, std::string_view meeting);
    ~hosts_world() override;

    [[nodiscard]] int rank() const noexcept override { return seat_.rank; }
    [[nodiscard]] int size() const noexcept override { return seat_.size; }
    [[nodiscard]] int local_rank() const noexcept override { return seat_.local_rank; }
    [[nodiscard]] int local_size() const noexcept override {
        return static_cast<int>(seat_.ranks_here.size());
    }
    [[nodiscard]] int host() const noexcept override { return seat_.host; }
    [[nodiscard]] int hosts() const noexcept override { return seat_.hosts; }

    void barrier() override;
    void broadcast(std::span<std::byte> data, int root) override;
    void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override;
    void reduce_max(std::span<double> values, std::span<std::int32_t> owners) override;
    [[nodiscard]] std::unique_ptr<world> split(int color, int key) override;
    [[nodiscard]] clock_relation relate_clock() override;

    /// The leader's part of becoming the job's world: starts the watch, joins the parent, waits for
    /// the children. `until`: throws deadline_error then.
    void join_tree(tree_seat tree, tcp_stream::time_point until);
    /// The leader's part of becoming a group's world.
    void join_group(tcp_listener listener, const std::string& parent, const tree_key& key,
                    tcp_stream::time_point until);
    /// All ranks here get from the leader what is needed for splitting.
    void share_key();

private:
    void do_barrier();
    void do_broadcast(std::span<std::byte> data, int root);
    void do_gather(std::span<const std::byte> mine, std::span<std::byte> all, int root);
    template <typename T>
    [[nodiscard]] std::vector<T> share(const T& mine);
    [[nodiscard]] bool leads() const noexcept { return seat_.local_rank == 0; }
    [[nodiscard]] bool is_here(int rank) const;
    /// Which host a rank of the group is on; leaders only, all of them at once.
    [[nodiscard]] int host_of(int rank);
    void put_in_order(std::span<const std::byte> held, std::size_t block,
                      std::span<std::byte> all) const;
    /// The leader's bytes reach rank `to` of this host; elsewhere `data` is empty.
    void hand_over(std::span<std::byte> data, std::size_t bytes, int to);
    [[nodiscard]] hello say_hello(link_purpose purpose) const;

    shared_segment segment_;
    split_seat seat_;
    exchange exchange_;
    tree_key key_;
    std::unique_ptr<tree_watch> watch_;  ///< the job's leaders have one
    std::unique_ptr<tree_links> links_;  ///< every leader has them
    tree_clock clock_;
    std::vector<std::int32_t> host_of_rank_;  ///< filled when first needed
    std::uint64_t splits_ = 0;
};

}  // namespace railgauge
