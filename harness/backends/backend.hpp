// What a transport has to provide: a Backend makes a Communicator for a group of ranks, and that
// prepares Operations. Prepare once, execute often.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/held_run.hpp"
#include "harness/backends/memory.hpp"
#include "harness/backends/operation_spec.hpp"
#include "harness/base/error.hpp"

namespace railgauge {

class world;

/// Yes, or the reason why not and what to do about it.
struct availability {
    bool available = true;
    std::string reason;  ///< empty when available
};

/// What a library has in some versions only.
struct feature {
    std::string name;  ///< "window registration"
    bool available = true;
    std::string reason;  ///< which function is missing, and since when there is one; else empty
};

/// What a communicator can do with one operation: yes, or why it is skipped.
struct capability {
    bool supported = true;
    std::string reason;  ///< becomes the record's `skipped(reason)`
};

/// A collective call of a communicator found out only then that it cannot do it, and every rank of
/// the group throws this alike: the point is skipped with this reason.
class refused_by_all : public capability_error {
public:
    using capability_error::capability_error;
};

/// One prepared operation on fixed buffers.
class operation {
public:
    virtual ~operation() = default;
    operation() = default;
    operation(const operation&) = delete;
    operation& operator=(const operation&) = delete;

    /// Executes once. When it returns, this rank's output is complete and its buffers may be
    /// written again. Every rank of the group calls it equally often. Does not allocate.
    virtual void execute() = 0;

    /// How samples are taken where a device does the work; null: the host's clock times `execute`.
    /// The same on every rank.
    [[nodiscard]] virtual held_run* held() noexcept { return nullptr; }

    /// The algorithm that runs; "library" where the library decides and does not say.
    [[nodiscard]] virtual std::string_view algorithm() const noexcept = 0;

    /// Longer messages are cut into pieces of this size; 0: they are not cut, or the library cuts
    /// them and does not say.
    [[nodiscard]] virtual std::uint64_t chunk_bytes() const noexcept { return 0; }

    /// How the library moves messages ("eager", "LL128"), where the choice was made here or the
    /// library says it; else empty.
    [[nodiscard]] virtual std::string_view protocol() const noexcept { return {}; }

    /// Channels (NCCL's thread blocks in parallel) that the library used; 0 where it has none or
    /// does not say.
    [[nodiscard]] virtual int channels() const noexcept { return 0; }

    /// The library's own estimate of one execution's time in microseconds; none where it has none.
    [[nodiscard]] virtual std::optional<double> library_estimate_us() const noexcept {
        return std::nullopt;
    }

    /// With device_manner::load_processors: the share of its speed that this rank's compute load
    /// lost while the operation ran, over the samples so far; else none.
    [[nodiscard]] virtual std::optional<double> load_lost_share() const { return std::nullopt; }
};

/// A group of ranks on one transport. All calls but `supports`, `algorithms` and `execute` are
/// collective over the group: every rank makes them in the same order with the same arguments
/// (`bytes` in allocate may differ from rank to rank).
class communicator {
public:
    virtual ~communicator() = default;
    communicator() = default;
    communicator(const communicator&) = delete;
    communicator& operator=(const communicator&) = delete;

    /// The same answer on every rank.
    [[nodiscard]] virtual capability supports(const operation_spec& spec) const = 0;

    /// Names that `spec.algorithm` may have for this kind and this number of ranks; never empty
    /// where the kind is supported.
    [[nodiscard]] virtual std::vector<std::string> algorithms(operation_kind kind) const = 0;

    /// Memory of at least `bytes` (0 is allowed), zeroed. Throws system_error or capability_error.
    [[nodiscard]] virtual std::unique_ptr<memory> allocate(std::size_t bytes) = 0;

    /// The same for one of the buffers of operations that differ from `spec`, which `supports`
    /// allows, at most in `count`: a backend may keep an operation's buffers in different places,
    /// and a library may want memory from its own allocator. Throws refused_by_all as well.
    [[nodiscard]] virtual std::unique_ptr<memory> allocate_for(const operation_spec& spec,
                                                               buffer_role role,
                                                               std::size_t bytes) {
        static_cast<void>(spec);
        static_cast<void>(role);
        return allocate(bytes);
    }

    /// With several GPUs a process (device_manner::gpus_per_rank): its part of a buffer on each of
    /// them, of so many bytes. Throws as allocate_for does.
    [[nodiscard]] virtual std::unique_ptr<memory> allocate_parts(
        const operation_spec& spec, buffer_role role, std::span<const std::size_t> bytes) {
        return allocate_for(spec, role, bytes.front());
    }

    /// Ranks of its operations that this process is: its GPUs, where it drives several.
    [[nodiscard]] virtual int ranks_here() const noexcept { return 1; }

    /// `input` and `output` come from allocate or allocate_for of this communicator and outlive the
    /// operation. In place, both are the same object and the offsets are those of
    /// in_place_*_offset. They hold at least input_elements and output_elements of this rank. What
    /// the buffers held may be lost: the operation may be tried out on them. Throws
    /// capability_error where `supports` says no.
    [[nodiscard]] virtual std::unique_ptr<operation> prepare(const operation_spec& spec,
                                                             memory& input, memory& output) = 0;

    /// The transports and devices that carry the data, as the library says ("posix/memory
    /// tcp/eth0"), with those operations known that were prepared so far; empty where it does not
    /// say. Not collective: what this rank uses.
    [[nodiscard]] virtual std::string transport() const { return {}; }

    /// What the library needed to make this communicator; 0 where there is no such library. Not
    /// collective: what this rank waited.
    [[nodiscard]] virtual std::int64_t init_ns() const noexcept { return 0; }
};

/// A transport. Asking it costs little and touches no device and no library that forking harms.
class backend {
public:
    virtual ~backend() = default;
    backend() = default;
    backend(const backend&) = delete;
    backend& operator=(const backend&) = delete;

    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual std::string_view description() const noexcept = 0;

    /// The version of the library that carries the data, as that library says it.
    [[nodiscard]] virtual std::string version() const = 0;
    [[nodiscard]] virtual availability available() const = 0;

    /// What this version of the library has and lacks; empty where it cannot be asked, or where all
    /// versions are alike.
    [[nodiscard]] virtual std::vector<feature> features() const { return {}; }

    /// Whether its ranks must have been started by an MPI launcher.
    [[nodiscard]] virtual bool needs_mpi_launcher() const noexcept { return false; }

    /// Why it cannot carry data between the ranks of `group`, by how they met and where they are;
    /// empty: it can, as far as this rank knows.
    [[nodiscard]] virtual std::string unfit_for(const world& group) const {
        static_cast<void>(group);
        return {};
    }

    /// Why none of its communicators supports `spec`, as far as that is known before there is one:
    /// from how it is to execute; empty: one may. For plans.
    [[nodiscard]] virtual std::string why_never(const operation_spec& spec) const {
        return why_not_on_hosts(spec);
    }

    /// Where its buffers lie unless the user says otherwise.
    [[nodiscard]] virtual memory_kind own_memory() const noexcept { return memory_kind::host; }

    /// How many ranks it can have on this host, as each needs a device; 0: any number.
    [[nodiscard]] virtual int most_local_ranks() const { return 0; }

    /// How long a step may take beyond the expected time, and ranks to come, as the user says it
    /// (--deadline, --start-deadline). Before any communicator is made.
    virtual void set_deadlines(std::chrono::nanoseconds step, std::chrono::nanoseconds start) {
        static_cast<void>(step);
        static_cast<void>(start);
    }

    /// Each process of the job is to drive so many GPUs (--gpus-per-rank). Before it is asked how
    /// many ranks it can have, and before any communicator is made.
    virtual void set_gpus_per_rank(int gpus) { static_cast<void>(gpus); }

    /// Every algorithm name it knows for a kind, whatever the number of ranks; for `list`.
    [[nodiscard]] virtual std::vector<std::string> known_algorithms(operation_kind kind) const = 0;

    /// Told in each rank when the ranks of the job have met, before any communicator is made: a
    /// group's ranks count anew, and a process stays with its device. `job` outlives the
    /// communicators.
    virtual void join(const world& job) { static_cast<void>(job); }

    /// Told by all ranks of the job together when world::split has made groups of it that are to
    /// use this backend: this rank's color and key, and its group, which outlives its
    /// communicators; a negative color and null for a rank in none. A library may make the groups'
    /// communicators from the job's here; what it does not make is for make_communicator.
    virtual void split(world& job, int color, int key, const world* group) {
        static_cast<void>(job);
        static_cast<void>(color);
        static_cast<void>(key);
        static_cast<void>(group);
    }

    /// Collective over `group`, which outlives the communicator. Throws refused_by_all, on every
    /// rank, where these ranks cannot have one.
    [[nodiscard]] virtual std::unique_ptr<communicator> make_communicator(world& group) = 0;
};

}  // namespace railgauge
