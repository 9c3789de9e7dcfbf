#include "harness/backends/ucx/ucx_communicator.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/schedule_layout.hpp"
#include "harness/backends/ucx/build_program.hpp"
#include "harness/backends/ucx/exposed_memory.hpp"
#include "harness/backends/ucx/mailboxes.hpp"
#include "harness/backends/ucx/registered_memory.hpp"
#include "harness/backends/ucx/transports.hpp"
#include "harness/backends/ucx/tuner.hpp"
#include "harness/backends/ucx/ucx_operation.hpp"
#include "harness/launch/world.hpp"
#include "harness/schedule/algorithms.hpp"

namespace railgauge::ucx {
namespace {

/// Of an algorithm whose ranks serve one other at a time: the next message fills the link while
/// the one before ends.
constexpr std::uint32_t most_served = 2;

bool one_sided(operation_kind kind) {
    return kind == operation_kind::put || kind == operation_kind::get;
}

/// As schedule_request has it. Collective.
std::int64_t find_ranks_per_host(world& group) {
    struct seat {
        char host[64];
    };
    seat mine{};
    group.host_name().copy(mine.host, sizeof mine.host - 1);
    std::vector<seat> all(group.rank() == 0 ? static_cast<std::size_t>(group.size()) : 0);
    group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
    const auto same_host = [&all](std::size_t a, std::size_t b) {
        return std::memcmp(all[a].host, all[b].host, sizeof mine.host) == 0;
    };
    std::size_t each = 0;
    while (each < all.size() && same_host(0, each)) {
        ++each;
    }
    bool even = each > 0 && all.size() % each == 0;
    for (std::size_t rank = 1; even && rank < all.size(); ++rank) {
        even = same_host(rank - 1, rank) == (rank % each != 0);
    }
    std::int64_t result = even ? static_cast<std::int64_t>(each) : 0;
    broadcast_value(group, result);
    return result;
}

class ucx_communicator final : public communicator {
public:
    ucx_communicator(world& group, messages moved)
        : group_(group),
          moved_(moved),
          session_(std::make_shared<session>(group)),
          ranks_per_host_(find_ranks_per_host(group)),
          bounce_(session_, bounce_bytes),
          together_(make(barrier_spec(), {"dissemination"}, rank_spaces{})),
          tuner_(group, *together_, mail_is_worthwhile(group, session_)) {}

    [[nodiscard]] capability supports(const operation_spec& spec) const override;
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind kind) const override {
        return algorithms_for(kind, session_->ranks(), ranks_per_host_);
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return std::make_unique<registered_memory>(session_, bytes);
    }
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override;
    [[nodiscard]] std::string transport() const override { return joined(session_->transports()); }

private:
    static operation_spec barrier_spec() {
        return {.kind = operation_kind::barrier, .algorithm = {}};
    }

    [[nodiscard]] schedule plan_for(const operation_spec& spec, const std::string& name) const {
        return make_schedule({.kind = spec.kind,
                              .algorithm = name,
                              .ranks = session_->ranks(),
                              .root = is_rooted(spec.kind) ? spec.root : 0,
                              .in_place = spec.in_place,
                              .ranks_per_host = ranks_per_host_,
                              // Chunks make the pipeline.
                              .segments = 1});
    }

    [[nodiscard]] std::unique_ptr<operation> make(const operation_spec& spec, const choice& how,
                                                  rank_spaces spaces);
    [[nodiscard]] std::unique_ptr<operation> make_one_sided(const operation_spec& spec,
                                                            registered_memory& input,
                                                            registered_memory& output);
    [[nodiscard]] build_request request_for(const operation_spec& spec, rank_spaces spaces);

    world& group_;
    messages moved_;
    std::shared_ptr<session> session_;
    std::int64_t ranks_per_host_;
    registered_memory bounce_;
    std::uint32_t operations_ = 0;
    std::unique_ptr<operation> together_;
    tuner tuner_;
};

capability no(std::string reason) {
    return {.supported = false, .reason = std::move(reason)};
}

capability ucx_communicator::supports(const operation_spec& spec) const {
    if (is_device_kind(spec.kind)) return no("ucx moves messages between ranks only");
    if (spec.where == memory_kind::cuda) {
        return no(session_->handles(UCS_MEMORY_TYPE_CUDA)
                      ? "the ucx backend allocates host memory only"
                      : "this UCX was built without CUDA memory");
    }
    if (const std::string reason = why_not_on_hosts(spec); !reason.empty()) {
        return no(reason);
    }
    if (spec.window < 1 || (spec.window > 1 && !takes_window(spec.kind))) {
        return no(std::string(name_of(spec.kind)) + " keeps one message under way");
    }
    if (is_rooted(spec.kind) && (spec.root < 0 || spec.root >= session_->ranks())) {
        return no("the root is not a rank of the group");
    }
    try {
        const std::vector<std::string> names = algorithms(spec.kind);
        static_cast<void>(plan_for(spec, spec.algorithm.empty() ? names.front() : spec.algorithm));
    } catch (const error& failure) {
        return no(failure.what());
    }
    return {};
}

build_request ucx_communicator::request_for(const operation_spec& spec, rank_spaces spaces) {
    return {.spec = &spec,
            .transfers = {},
            .rank = session_->rank(),
            .ranks = session_->ranks(),
            .spaces = spaces,
            .chunk_bytes = 0,
            .operation = operations_++,
            .bounce = {bounce_.data(), bounce_.bytes()},
            .endpoint = [this](int rank) { return session_->endpoint(rank); }};
}

std::unique_ptr<operation> ucx_communicator::make(const operation_spec& spec, const choice& how,
                                                  rank_spaces spaces) {
    const schedule plan = plan_for(spec, how.algorithm);
    const block_layout layout = layout_of(spec, plan);
    operation_belongings belongings;
    if (plan.scratch_blocks > 0) {
        belongings.scratch = std::make_unique<registered_memory>(
            session_, scratch_elements(plan, session_->rank(), layout) * size_of(spec.type));
        spaces[static_cast<std::size_t>(space::scratch)] = belongings.scratch->data();
    }
    const auto transfers = compile(plan, session_->rank(), layout);
    build_request request = request_for(spec, spaces);
    request.transfers = transfers;
    request.chunk_bytes = how.chunk_bytes;
    // Its rounds hardly wait for each other's data, so that all would begin at once.
    request.most_sends = how.algorithm == "pairwise" ? most_served : 0;
    std::vector<program> programs;
    if (how.puts) {
        belongings.mail =
            mailboxes::make(group_, session_, layout_for(group_, transfers, size_of(spec.type)));
    }
    if (belongings.mail != nullptr) {
        for (const mailbox_set& set : belongings.mail->sets()) {
            request.mail = &set;
            programs.push_back(build_program(request));
        }
    } else {
        programs.push_back(build_program(request));
    }
    for (program& made : programs) {
        made.eager = how.eager;
        if (is_reducing(spec.kind) && spec.op == redop::avg && session_->ranks() > 1) {
            made.average = spaces[static_cast<std::size_t>(space::output)];
            made.average_elements = output_elements(spec, session_->rank(), session_->ranks());
            made.ranks = session_->ranks();
        }
    }
    return std::make_unique<ucx_operation>(session_, std::move(programs), how.algorithm,
                                           how.chunk_bytes, std::move(belongings));
}

std::unique_ptr<operation> ucx_communicator::make_one_sided(const operation_spec& spec,
                                                            registered_memory& input,
                                                            registered_memory& output) {
    const bool puts = spec.kind == operation_kind::put;
    registered_memory& offered = puts ? output : input;
    const std::vector<exposed_memory> all = exchange(group_, offered.exposed());
    const int peer = session_->rank() ^ 1;
    std::byte* remote = nullptr;
    ucp_rkey_h remote_key = nullptr;
    const bool origin =
        session_->rank() % 2 == 0 && takes_part(spec.kind, session_->rank(), session_->ranks());
    if (origin && all[static_cast<std::size_t>(peer)].key_bytes > 0) {
        const exposed_memory& theirs = all[static_cast<std::size_t>(peer)];
        remote = reinterpret_cast<std::byte*>(theirs.address);
        check_ucx("ucp_ep_rkey_unpack",
                  ucp().ep_rkey_unpack(session_->endpoint(peer), theirs.key, &remote_key));
    }
    const build_request request = request_for(spec, {input.data(), output.data(), nullptr});
    std::vector<program> made;
    made.push_back(build_one_sided(request, remote, remote_key));
    return std::make_unique<ucx_operation>(session_, std::move(made), "direct", 0,
                                           operation_belongings{}, remote_key);
}

std::unique_ptr<operation> ucx_communicator::prepare(const operation_spec& spec, memory& input,
                                                     memory& output) {
    if (const capability can = supports(spec); !can.supported) {
        throw capability_error(std::string(name_of(spec.kind)) + ": " + can.reason);
    }
    auto* const in = dynamic_cast<registered_memory*>(&input);
    auto* const out = dynamic_cast<registered_memory*>(&output);
    if (in == nullptr || out == nullptr) {
        throw capability_error(
            "ucx can only use buffers that its own communicator allocated: allocate them there");
    }
    if (one_sided(spec.kind)) {
        return make_one_sided(spec, *in, *out);
    }
    const std::uint64_t element = size_of(spec.type);
    const int rank = session_->rank();
    const std::uint64_t into = spec.in_place ? in_place_input_offset(spec, rank) : 0;
    const std::uint64_t out_of = spec.in_place ? in_place_output_offset(spec, rank) : 0;
    const rank_spaces spaces{in->data() + into * element, out->data() + out_of * element, nullptr};
    const std::vector<std::string> names =
        spec.algorithm.empty() ? algorithms(spec.kind) : std::vector<std::string>{spec.algorithm};
    if (moved_ == messages::put && is_mailable(spec.kind)) {
        return make(spec, {.algorithm = names.front(), .puts = true}, spaces);
    }
    const auto make_one = [&](const choice& how) { return make(spec, how, spaces); };
    return make_one(tuner_.choose(spec, names, make_one));
}

}  // namespace

std::unique_ptr<communicator> make_ucx_communicator(world& group, messages moved) {
    return std::make_unique<ucx_communicator>(group, moved);
}

}  // namespace railgauge::ucx
