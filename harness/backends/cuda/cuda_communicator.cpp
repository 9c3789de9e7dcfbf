#include "harness/backends/cuda/cuda_communicator.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/cuda/copy_operation.hpp"
#include "harness/backends/cuda/copy_plan.hpp"
#include "harness/backends/cuda/cuda_supports.hpp"
#include "harness/backends/cuda/divided_memory.hpp"
#include "harness/backends/cuda/host_side_memory.hpp"
#include "harness/backends/cuda/latency_operation.hpp"
#include "harness/backends/cuda/lent_memory.hpp"
#include "harness/backends/cuda/numa_scope.hpp"
#include "harness/backends/cuda/peer_reach.hpp"
#include "harness/backends/cuda/peer_views.hpp"
#include "harness/backends/cuda_error.hpp"
#include "harness/backends/device_choice.hpp"
#include "harness/backends/device_memory.hpp"
#include "harness/backends/device_overlap.hpp"

namespace railgauge::cuda {
namespace {

/// What is shared between processes is shared in whole pages of the device.
std::size_t whole_pages(std::size_t bytes) {
    constexpr std::size_t page = 2 << 20;
    return (bytes + page - 1) / page * page;
}

class cuda_communicator final : public communicator {
public:
    explicit cuda_communicator(world& group)
        : group_(group),
          rank_(group.rank()),
          ranks_(group.size()),
          desk_(std::make_shared<verification_desk>()),
          bin_(std::make_shared<lent_bin>([&group] { group.barrier(); })),
          has_(find_abilities(group, desk_)),
          node_(node_of_device(device_bus_id())) {}

    ~cuda_communicator() override {
        if (ranks_ > 1) bin_->close();
    }

    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return cuda_supports(spec, ranks_, has_);
    }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind kind) const override {
        return cuda_algorithms(kind);
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override;
    [[nodiscard]] std::unique_ptr<memory> allocate_for(const operation_spec& spec, buffer_role role,
                                                       std::size_t bytes) override;
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override;
    [[nodiscard]] std::string transport() const override { return transport_; }

private:
    /// A chain in memory, and where the device writes what became of a chase.
    struct chase_parts {
        std::unique_ptr<memory> chain;
        std::unique_ptr<memory> words;
        std::unique_ptr<peer_views> views;
    };

    [[nodiscard]] std::unique_ptr<memory> device_side(std::size_t bytes) const {
        return std::make_unique<device_memory>(desk_, bytes);
    }
    [[nodiscard]] std::unique_ptr<memory> host_side(const operation_spec& spec, std::size_t bytes);
    /// Every rank comes to it in every execution.
    [[nodiscard]] std::function<void()> meeting() {
        return [bin = bin_] { bin->empty(); };
    }
    void empty_bin() {
        if (ranks_ > 1) bin_->empty();
    }
    [[nodiscard]] copy_work resolve(const operation_spec& spec, const copy_plan& plan,
                                    memory& input, memory& output);
    [[nodiscard]] std::unique_ptr<operation> make_operation(const operation_spec& spec,
                                                            memory& input, memory& output);
    [[nodiscard]] std::unique_ptr<operation> prepare_chase(const operation_spec& spec);

    world& group_;
    int rank_;
    int ranks_;
    std::shared_ptr<const verification_desk> desk_;
    std::shared_ptr<lent_bin> bin_;
    cuda_abilities has_;
    int node_;
    std::string transport_;
};

std::unique_ptr<memory> cuda_communicator::allocate(std::size_t bytes) {
    if (ranks_ == 1) return device_side(bytes);
    empty_bin();
    return std::make_unique<lent_memory>(
        bin_, std::make_unique<device_memory>(desk_, whole_pages(bytes)));
}

std::unique_ptr<memory> cuda_communicator::host_side(const operation_spec& spec,
                                                     std::size_t bytes) {
    auto made = std::make_unique<host_side_memory>(spec.manner, node_, bytes);
    transport_ = made->description();
    return made;
}

std::unique_ptr<memory> cuda_communicator::allocate_for(const operation_spec& spec,
                                                        buffer_role role, std::size_t bytes) {
    if (!is_device_kind(spec.kind)) return allocate(bytes);
    empty_bin();
    const placed_bytes at = place_buffer(spec, role, bytes);
    if (at.host == 0) return device_side(at.device);
    if (at.device == 0) return host_side(spec, at.host);
    auto host = host_side(spec, at.host);
    auto device = device_side(at.device);
    if (role == buffer_role::output) std::swap(host, device);
    return std::make_unique<divided_memory>(std::move(host), std::move(device));
}

// From places to addresses: collective where the places are of several ranks.
copy_work cuda_communicator::resolve(const operation_spec& spec, const copy_plan& plan,
                                     memory& input, memory& output) {
    copy_work work;
    work.longest_lane = plan.longest_lane();
    work.by_processors = plan.how.by_processors;
    if (plan.lanes > 1) {
        const int all = device_attribute(cudaDevAttrMultiProcessorCount);
        work.processors = static_cast<unsigned>(std::max(1, all / plan.lanes));
    }
    work.pageable = uses_host_memory(spec.kind) && !work.by_processors &&
                    spec.manner.host_memory == host_memory_kind::pageable;
    std::function<std::byte*(const place&)> address;
    if (is_device_kind(spec.kind)) {
        const std::uint64_t boundary = spec.count * size_of(spec.type);
        for (memory* each : {&input, &output}) {
            if (auto* divided = dynamic_cast<divided_memory*>(each)) divided->divide(boundary);
        }
        address = [&](const place& where) {
            memory& buffer = where.of == buffer_role::input ? input : output;
            auto* divided = dynamic_cast<divided_memory*>(&buffer);
            return divided != nullptr ? divided->at(where.offset) : buffer.data() + where.offset;
        };
    } else {
        const auto views = std::make_shared<peer_views>(group_, input, output, plan.transfers);
        bin_->all_have_come();  // they have exchanged their handles
        work.keeps = views;
        work.meet = meeting();
        transport_ = "cuda_ipc";
        address = [views](const place& where) { return views->at(where); };
    }
    for (const transfer& one : plan.transfers) {
        work.copies.push_back({address(one.to), address(one.from), one.bytes, one.lane});
    }
    return work;
}

std::unique_ptr<operation> cuda_communicator::prepare_chase(const operation_spec& spec) {
    const auto parts = std::make_shared<chase_parts>();
    const std::uint64_t bytes = spec.count * size_of(spec.type);
    chase_chain chain(bytes, chase_accesses);
    const bool with_peer = spec.kind == operation_kind::peer_latency;
    const bool follows = !with_peer || (rank_ % 2 == 0 && takes_part(spec.kind, rank_, ranks_));
    std::uint64_t base = 0;
    if (with_peer) {
        parts->chain = allocate(rank_ % 2 == 1 ? chain.bytes() : 0);
        const place target{rank_ ^ 1, buffer_role::input, 0};
        std::vector<transfer> wanted;
        if (follows) wanted.push_back({.from = target, .to = target});
        parts->views = std::make_unique<peer_views>(group_, *parts->chain, *parts->chain, wanted);
        if (follows) base = reinterpret_cast<std::uint64_t>(parts->views->at(target));
        transport_ = "cuda_ipc";
    } else {
        parts->chain = spec.kind == operation_kind::host_latency ? host_side(spec, chain.bytes())
                                                                 : device_side(chain.bytes());
        base = reinterpret_cast<std::uint64_t>(parts->chain->data());
    }
    auto meet = with_peer ? meeting() : std::function<void()>{};
    if (!follows) {
        return std::make_unique<idle_operation>(make_cuda_queue(), name_of(spec.kind), parts,
                                                std::move(meet));
    }
    const std::vector<std::byte> content = chain.write(base);
    check_cuda("cudaMemcpy", cudaMemcpy(reinterpret_cast<void*>(base), content.data(),
                                        content.size(), cudaMemcpyDefault));
    parts->words = std::make_unique<host_side_memory>(device_manner{}, node_, sizeof(chase_record));
    auto* const words = reinterpret_cast<chase_record*>(parts->words->data());
    return std::make_unique<chase_operation>(make_cuda_queue(), name_of(spec.kind),
                                             std::move(chain), chase_words{words, words}, parts,
                                             std::move(meet));
}

std::unique_ptr<operation> cuda_communicator::prepare(const operation_spec& spec, memory& input,
                                                      memory& output) {
    if (const capability can = supports(spec); !can.supported) {
        throw capability_error(std::string(name_of(spec.kind)) + ": " + can.reason);
    }
    if (is_device_kind(spec.kind) && !uses_host_memory(spec.kind)) transport_.clear();
    return beside_load(make_operation(spec, input, output), spec.manner.load_processors);
}

std::unique_ptr<operation> cuda_communicator::make_operation(const operation_spec& spec,
                                                             memory& input, memory& output) {
    if (is_chase(spec.kind)) return prepare_chase(spec);
    if (!has_size(spec.kind)) {
        return std::make_unique<launch_operation>(make_cuda_queue(), spec.kind);
    }
    const copy_plan plan = make_copy_plan(spec, rank_, ranks_);
    std::string name = spec.algorithm.empty() ? cuda_algorithms(spec.kind).front() : spec.algorithm;
    return std::make_unique<copy_operation>(make_cuda_queue(), name_of(spec.kind), std::move(name),
                                            resolve(spec, plan, input, output), real_copies());
}

}  // namespace

std::unique_ptr<communicator> make_cuda_communicator(world& group) {
    return std::make_unique<cuda_communicator>(group);
}

}  // namespace railgauge::cuda
