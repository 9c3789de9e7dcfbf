#include "harness/backends/shm/shm_communicator.hpp"

#include <sched.h>

#include <algorithm>
#include <new>
#include <span>
#include <utility>

#include "harness/backends/schedule_layout.hpp"
#include "harness/backends/shm/build_program.hpp"
#include "harness/backends/shm/choose_algorithm.hpp"
#include "harness/backends/shm/execute.hpp"
#include "harness/backends/shm/shared_memory.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/world.hpp"
#include "harness/machine/caches.hpp"
#include "harness/schedule/algorithms.hpp"

namespace railgauge::shm {

namespace {

class shm_operation final : public operation {
public:
    shm_operation(program made, std::string algorithm, std::unique_ptr<shared_memory> scratch)
        : made_(std::move(made)),
          combine_(small_combiner(made_.type, made_.op)),
          algorithm_(std::move(algorithm)),
          scratch_(std::move(scratch)) {}

    void execute() override { shm::execute(made_, combine_); }

    [[nodiscard]] std::string_view algorithm() const noexcept override { return algorithm_; }

private:
    program made_;
    combine_function combine_;
    std::string algorithm_;
    std::unique_ptr<shared_memory> scratch_;
};

/// What each rank offers to its peers: its bell and the channels that lead to it.
struct alignas(128) mailbox {
    doorbell bell;
    alignas(128) channel from[1];  ///< one for each rank

    [[nodiscard]] static std::size_t bytes(std::size_t ranks) {
        return sizeof(mailbox) + (ranks - 1) * sizeof(channel);
    }
};

/// Cores that the ranks may run on, all of them together: where each is pinned to one of its own,
/// none of them sees more than that one. Collective.
int cores_of(world& group) {
    cpu_set_t mine;
    CPU_ZERO(&mine);
    if (::sched_getaffinity(0, sizeof mine, &mine) != 0) {
        CPU_SET(static_cast<std::size_t>(group.rank()), &mine);  // more than 1024 cores: enough
    }
    std::vector<cpu_set_t> all(group.rank() == 0 ? static_cast<std::size_t>(group.size()) : 0);
    group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
    for (const cpu_set_t& one : all) {
        CPU_OR(&mine, &mine, &one);
    }
    int cores = CPU_COUNT(&mine);
    broadcast_value(group, cores);
    return cores;
}

class shm_communicator final : public communicator {
public:
    explicit shm_communicator(world& group)
        : group_(group),
          rank_(group.rank()),
          ranks_(group.size()),
          mailboxes_(group, "channels", mailbox::bytes(static_cast<std::size_t>(ranks_))) {
        const wait_policy policy = wait_policy::for_ranks(ranks_, cores_of(group));
        mailbox& mine = mailbox_of(rank_);
        links_.reserve(static_cast<std::size_t>(ranks_));
        for (int peer = 0; peer < ranks_; ++peer) {
            mailbox& theirs = mailbox_of(peer);
            links_.emplace_back(theirs.from[rank_], mine.from[peer], mine.bell, theirs.bell,
                                policy);
        }
    }

    [[nodiscard]] capability supports(const operation_spec& spec) const override;
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind kind) const override {
        return algorithms_for(kind, ranks_);
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return std::make_unique<shared_memory>(group_, "buffer", bytes);
    }
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override;

private:
    /// A segment is zeroed, which is how channels and bells begin.
    [[nodiscard]] mailbox& mailbox_of(int rank) const {
        return *std::launder(
            reinterpret_cast<mailbox*>(mailboxes_.of_rank(static_cast<std::size_t>(rank))));
    }

    [[nodiscard]] schedule plan_for(const operation_spec& spec) const {
        return make_schedule(
            {.kind = spec.kind,
             .algorithm = spec.algorithm.empty() ? choose_algorithm(spec, ranks_) : spec.algorithm,
             .ranks = ranks_,
             .root = is_rooted(spec.kind) ? spec.root : 0,
             .in_place = spec.in_place});
    }

    [[nodiscard]] std::vector<rank_spaces> spaces_for(const operation_spec& spec,
                                                      const shared_memory& input,
                                                      const shared_memory& output,
                                                      const shared_memory* scratch) const;
    [[nodiscard]] bool exceeds_caches(const operation_spec& spec) const;

    world& group_;
    int rank_;
    int ranks_;
    shared_memory mailboxes_;
    std::vector<link> links_;
};

capability shm_communicator::supports(const operation_spec& spec) const {
    if (spec.where != memory_kind::host) {
        return {.supported = false, .reason = "shm moves data in host memory only"};
    }
    if (is_device_kind(spec.kind)) {
        return {.supported = false, .reason = "shm uses no device"};
    }
    if (std::string reason = why_not_on_hosts(spec); !reason.empty()) {
        return {.supported = false, .reason = std::move(reason)};
    }
    if (spec.window > 1) {
        return {.supported = false, .reason = "shm keeps one message under way"};
    }
    if (spec.in_place &&
        (spec.kind == operation_kind::all_to_all || spec.kind == operation_kind::all_to_all_v)) {
        return {.supported = false,
                .reason =
                    "shm has no in-place all_to_all: ranks would overwrite what their peers "
                    "still have to read"};
    }
    if (is_rooted(spec.kind) && (spec.root < 0 || spec.root >= ranks_)) {
        return {.supported = false, .reason = "the root is not a rank of the group"};
    }
    try {
        static_cast<void>(plan_for(spec));
    } catch (const error& failure) {
        return {.supported = false, .reason = failure.what()};
    }
    return {};
}

std::vector<rank_spaces> shm_communicator::spaces_for(const operation_spec& spec,
                                                      const shared_memory& input,
                                                      const shared_memory& output,
                                                      const shared_memory* scratch) const {
    const std::uint64_t element = size_of(spec.type);
    std::vector<rank_spaces> spaces(static_cast<std::size_t>(ranks_));
    for (int rank = 0; rank < ranks_; ++rank) {
        const auto at = static_cast<std::size_t>(rank);
        const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
        const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
        spaces[at] = {input.of_rank(at) + into * element, output.of_rank(at) + out_of * element,
                      scratch != nullptr ? scratch->of_rank(at) : nullptr};
    }
    return spaces;
}

bool shm_communicator::exceeds_caches(const operation_spec& spec) const {
    const std::uint64_t last_level = last_level_cache_bytes();
    if (last_level == 0) {
        return false;
    }
    std::uint64_t elements = 0;
    for (int rank = 0; rank < ranks_; ++rank) {
        const std::uint64_t in = input_elements(spec, rank, ranks_);
        const std::uint64_t out = output_elements(spec, rank, ranks_);
        elements += spec.in_place ? std::max(in, out) : in + out;
    }
    // Measured: what fills more than three quarters of it is faster around it.
    return elements * size_of(spec.type) > last_level / 4 * 3;
}

std::unique_ptr<operation> shm_communicator::prepare(const operation_spec& spec, memory& input,
                                                     memory& output) {
    const capability can = supports(spec);
    if (!can.supported) {
        throw capability_error(std::string(name_of(spec.kind)) + ": " + can.reason);
    }
    const auto* in = dynamic_cast<const shared_memory*>(&input);
    const auto* out = dynamic_cast<const shared_memory*>(&output);
    if (in == nullptr || out == nullptr) {
        throw capability_error(
            "shm can only use buffers that its own communicator allocated: allocate them there");
    }
    const schedule plan = plan_for(spec);
    const block_layout layout = layout_of(spec, plan);
    std::unique_ptr<shared_memory> scratch;
    if (plan.scratch_blocks > 0) {
        scratch = std::make_unique<shared_memory>(
            group_, "scratch", scratch_elements(plan, rank_, layout) * size_of(spec.type));
    }
    const auto spaces = spaces_for(spec, *in, *out, scratch.get());
    const auto transfers = compile(plan, rank_, layout);
    program made = build_program({.spec = &spec,
                                  .transfers = transfers,
                                  .rank = rank_,
                                  .spaces = spaces,
                                  .links = links_,
                                  .streaming = exceeds_caches(spec)});
    fuse(made);
    if (is_reducing(spec.kind) && spec.op == redop::avg && ranks_ > 1) {
        made.average = spaces[static_cast<std::size_t>(rank_)][1];
        made.average_elements = output_elements(spec, rank_, ranks_);
    }
    return std::make_unique<shm_operation>(std::move(made), plan.algorithm, std::move(scratch));
}

}  // namespace

std::unique_ptr<communicator> make_shm_communicator(world& group) {
    if (group.local_size() != group.size()) {
        throw capability_error(
            "shm reaches only ranks of one host, and this group spans several: choose another "
            "backend, or groups within a host");
    }
    return std::make_unique<shm_communicator>(group);
}

}  // namespace railgauge::shm
