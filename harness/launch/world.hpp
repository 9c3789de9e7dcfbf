// The control plane: how ranks agree on what to do next. It never uses the transport that is being
// measured, so it still answers when that one hangs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/clock_relation.hpp"

namespace railgauge {

class board;

/// Where a rank stands, for the monitor and for the message when a deadline passes.
enum class phase : std::uint32_t {
    starting,
    planning,
    preparing,
    verifying,
    warming_up,
    sampling,
    writing,
    finished,
};
[[nodiscard]] std::string_view name_of(phase where) noexcept;

/// A group of ranks. Collective calls are made by every rank of the group in the same order, with
/// the same sizes. Each has a deadline (`set_deadline`); when it passes the monitor ends the job
/// and names who is missing, so these calls do not return in that case.
class world {
public:
    virtual ~world() = default;
    world() = default;
    world(const world&) = delete;
    world& operator=(const world&) = delete;

    [[nodiscard]] virtual int rank() const noexcept = 0;
    [[nodiscard]] virtual int size() const noexcept = 0;
    /// Among the ranks of this group on the same host.
    [[nodiscard]] virtual int local_rank() const noexcept = 0;
    [[nodiscard]] virtual int local_size() const noexcept = 0;
    [[nodiscard]] virtual const std::string& host_name() const noexcept = 0;
    /// This rank's host, counted in the order of each host's lowest rank of the group.
    [[nodiscard]] virtual int host() const noexcept { return 0; }
    /// How many hosts the group is spread over.
    [[nodiscard]] virtual int hosts() const noexcept { return 1; }
    /// "forked", "mpi", "environment": how the ranks met.
    [[nodiscard]] virtual std::string_view meeting() const noexcept = 0;

    virtual void barrier() = 0;
    /// The root's bytes reach everyone. Any size.
    virtual void broadcast(std::span<std::byte> data, int root) = 0;
    /// Every rank's `mine` (equal sizes) reaches the root in rank order: `all` there holds
    /// size() x mine.size() bytes, elsewhere it is empty. Any size.
    virtual void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) = 0;
    /// Elementwise maximum over ranks and the rank that had it (the lowest of equals), at rank 0;
    /// elsewhere `values` and `owners` are left undefined. Sizes are equal.
    virtual void reduce_max(std::span<double> values, std::span<std::int32_t> owners) = 0;
    /// Ranks of equal `color` form a new group, ordered by `key`, then by rank.
    [[nodiscard]] virtual std::unique_ptr<world> split(int color, int key) = 0;

    /// How this host's clock goes with that of rank 0's host, found anew in each call. Collective;
    /// on one host it is the identity, and costs nothing.
    [[nodiscard]] virtual clock_relation relate_clock() { return {}; }

    /// Told to the monitor; costs a few stores. `point` counts from 0 in the plan; -1: none.
    virtual void enter(phase where, std::int64_t point) noexcept = 0;
    /// How long any one collective call or phase may take from now on, waiting included.
    virtual void set_deadline(std::chrono::nanoseconds limit) noexcept = 0;
    /// Proof of life inside a long phase (between batches); restarts the deadline.
    virtual void heartbeat() noexcept = 0;
    /// True once the user asked to stop (SIGINT or SIGTERM): asked at rank 0, then broadcast.
    [[nodiscard]] virtual bool interrupted() const noexcept = 0;
};

/// broadcast and gather of one trivially copyable value.
template <typename T>
void broadcast_value(world& group, T& value, int root = 0) {
    group.broadcast(std::as_writable_bytes(std::span(&value, 1)), root);
}

/// broadcast of a string of any length.
void broadcast_string(world& group, std::string& text, int root = 0);

}  // namespace railgauge
