// What the cuda backend says it can do, and why not; its buffers in two parts.
#ifdef RAILGAUGE_HAS_CUDA
#include "harness/backends/cuda/cuda_supports.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "harness/backends/cuda/divided_memory.hpp"
#include "harness/backends/cuda/numa_scope.hpp"
#include "harness/backends/cuda/peer_reach.hpp"
#include "harness/base/error.hpp"

namespace railgauge::cuda {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

operation_spec spec_of(operation_kind kind) {
    return {.kind = kind, .count = 8, .algorithm = {}, .where = memory_kind::cuda};
}

std::string reason_of(const operation_spec& spec, int ranks = 2, const cuda_abilities& has = {}) {
    const capability can = cuda_supports(spec, ranks, has);
    EXPECT_EQ(can.supported, can.reason.empty());
    return can.reason;
}

TEST(cuda_supports, every_kind_that_has_an_algorithm) {
    for (const operation_kind kind : all_operation_kinds) {
        EXPECT_EQ(cuda_supports(spec_of(kind), 4, {}).supported, !cuda_algorithms(kind).empty())
            << name_of(kind);
        for (const std::string& name : cuda_algorithms(kind)) {
            operation_spec spec = spec_of(kind);
            spec.algorithm = name;
            EXPECT_THAT(reason_of(spec), IsEmpty()) << name_of(kind);
        }
    }
    EXPECT_THAT(reason_of(spec_of(operation_kind::all_reduce)), HasSubstr("nccl reduces"));
    EXPECT_THAT(reason_of(spec_of(operation_kind::ping_pong)), HasSubstr("peer_latency"));
}

TEST(cuda_supports, one_rank_has_no_peer_but_a_device) {
    for (const operation_kind kind : all_operation_kinds) {
        if (cuda_algorithms(kind).empty()) continue;
        const bool alone = is_device_kind(kind) && kind != operation_kind::peer_latency;
        EXPECT_EQ(cuda_supports(spec_of(kind), 1, {}).supported, alone) << name_of(kind);
    }
    EXPECT_THAT(reason_of(spec_of(operation_kind::put), 1), HasSubstr("--ranks"));
}

TEST(cuda_supports, peers_that_are_out_of_reach_are_skipped_with_the_reason) {
    const cuda_abilities far{.shared_gpu = {},
                             .no_pairs = "no pairs",
                             .no_peers = "no peers",
                             .processors = 0,
                             .reaches_pageable = true};
    EXPECT_EQ(reason_of(spec_of(operation_kind::put), 2, far), "no pairs");
    EXPECT_EQ(reason_of(spec_of(operation_kind::peer_latency), 2, far), "no pairs");
    EXPECT_EQ(reason_of(spec_of(operation_kind::gather), 2, far), "no peers");
    EXPECT_THAT(reason_of(spec_of(operation_kind::host_to_device), 2, far), IsEmpty());
    const cuda_abilities shared{.shared_gpu = "one GPU",
                                .no_pairs = {},
                                .no_peers = {},
                                .processors = 0,
                                .reaches_pageable = true};
    EXPECT_EQ(reason_of(spec_of(operation_kind::host_to_device), 2, shared), "one GPU");
}

TEST(cuda_supports, wishes_that_it_cannot_fulfil) {
    operation_spec spec = spec_of(operation_kind::host_to_device);
    spec.algorithm = "sm_read";
    EXPECT_THAT(reason_of(spec), HasSubstr("only copy_engine, sm"));
    spec = spec_of(operation_kind::all_gather);
    spec.where = memory_kind::host;
    EXPECT_THAT(reason_of(spec), HasSubstr("--memory cuda"));
    spec = spec_of(operation_kind::gather);
    spec.root = 2;
    EXPECT_THAT(reason_of(spec), HasSubstr("root"));
    spec = spec_of(operation_kind::gather);
    spec.window = 2;
    EXPECT_THAT(reason_of(spec), HasSubstr("one message"));
    for (const operation_kind kind : {operation_kind::device_copy, operation_kind::send_recv}) {
        spec = spec_of(kind);
        spec.in_place = true;
        EXPECT_THAT(reason_of(spec), HasSubstr("in place")) << name_of(kind);
    }
    spec = spec_of(operation_kind::put);
    spec.manner.graph = true;
    EXPECT_THAT(reason_of(spec), HasSubstr("--graph"));
    spec = spec_of(operation_kind::put);
    spec.manner.registration = registration_kind::window;
    EXPECT_THAT(reason_of(spec), HasSubstr("register"));
    spec = spec_of(operation_kind::put);
    spec.manner.gpus_per_rank = 2;
    EXPECT_THAT(reason_of(spec), HasSubstr("--gpus-per-rank"));
    EXPECT_EQ(why_never_so(spec.manner), reason_of(spec)) << "plans say it, too";
    EXPECT_EQ(why_never_so({}), "");
    spec = spec_of(operation_kind::put);
    spec.manner.streams = 2;
    EXPECT_THAT(reason_of(spec), HasSubstr("streams"));
    for (const operation_kind kind :
         {operation_kind::kernel_launch, operation_kind::event_record}) {
        spec = spec_of(kind);
        spec.manner.load_processors = 8;
        EXPECT_THAT(reason_of(spec), HasSubstr("compute load")) << name_of(kind);
    }
    spec = spec_of(operation_kind::device_copy);
    spec.manner.load_processors = 8;
    EXPECT_THAT(reason_of(spec), IsEmpty());
    spec.manner.load_processors = -1;
    EXPECT_THAT(reason_of(spec), HasSubstr("0 multiprocessors or more"));
    const cuda_abilities small{.shared_gpu = {},
                               .no_pairs = {},
                               .no_peers = {},
                               .processors = 108,
                               .reaches_pageable = true};
    spec.manner.load_processors = 108;
    EXPECT_THAT(reason_of(spec, 2, small), IsEmpty());
    spec.manner.load_processors = 109;
    EXPECT_THAT(reason_of(spec, 2, small), HasSubstr("109 multiprocessors"));
    EXPECT_THAT(reason_of(spec, 2, small), HasSubstr("--load 108 at most"));
    spec = spec_of(operation_kind::host_latency);
    spec.manner.host_numa = -2;
    EXPECT_THAT(reason_of(spec), HasSubstr("NUMA"));
}

TEST(cuda_supports, multiprocessors_need_hardware_for_pageable_memory) {
    const cuda_abilities without{.shared_gpu = {},
                                 .no_pairs = {},
                                 .no_peers = {},
                                 .processors = 0,
                                 .reaches_pageable = false};
    operation_spec spec = spec_of(operation_kind::host_to_device);
    spec.manner.host_memory = host_memory_kind::pageable;
    EXPECT_THAT(reason_of(spec, 1, without), IsEmpty());
    spec.algorithm = "sm";
    EXPECT_THAT(reason_of(spec, 1, without), HasSubstr("--host-memory pinned"));
    EXPECT_THAT(reason_of(spec, 1), IsEmpty());
    spec = spec_of(operation_kind::host_latency);
    spec.manner.host_memory = host_memory_kind::pageable;
    EXPECT_THAT(reason_of(spec, 1, without), HasSubstr("--host-memory pinned"));
}

gpu_offer offer(const char* host, const char* bus) {
    gpu_offer made;
    std::string(host).copy(made.host, sizeof made.host - 1);
    std::string(bus).copy(made.bus, sizeof made.bus - 1);
    return made;
}

TEST(peer_reach, ranks_on_one_gpu_and_on_other_hosts_are_named) {
    const std::vector<gpu_offer> apart{offer("a", "01"), offer("b", "01"), offer("a", "02")};
    EXPECT_THAT(why_one_gpu(apart), IsEmpty());
    const std::vector<gpu_offer> twins{offer("a", "01"), offer("b", "01"), offer("a", "02"),
                                       offer("b", "01")};
    EXPECT_THAT(why_one_gpu(twins), HasSubstr("ranks 1 and 3 share GPU 01 of host b"));
    EXPECT_THAT(why_not_reached(apart, 1, 0, cudaSuccess),
                HasSubstr("ranks 0 and 1 are on different hosts, a and b"));
    EXPECT_THAT(why_not_reached(apart, 0, 2, cudaSuccess), IsEmpty());
    const std::string refused = why_not_reached(apart, 0, 2, cudaErrorPeerAccessUnsupported);
    EXPECT_THAT(refused, HasSubstr("rank 0 (GPU 01) has no access to the memory of rank 2"));
    EXPECT_THAT(refused, HasSubstr("cudaIpcOpenMemHandle: "));
    EXPECT_THAT(refused, HasSubstr("nvidia-smi topo"));
    std::vector<gpu_offer> closed = apart;
    closed[2].exported = cudaErrorNotSupported;
    EXPECT_THAT(why_not_reached(closed, 0, 2, cudaErrorNotSupported),
                HasSubstr("cudaIpcGetMemHandle there: "));
}

TEST(node_of_device, is_what_the_system_says) {
    namespace fs = std::filesystem;
    const fs::path root = fs::path(::testing::TempDir()) / "railgauge_numa";
    const fs::path folder = root / "sys/bus/pci/devices/0000:1b:00.0";
    fs::create_directories(folder);
    const auto says = [&](const char* text) {
        std::ofstream(folder / "numa_node") << text;
        return node_of_device("0000:1B:00.0", root);
    };
    EXPECT_EQ(says("3\n"), 3);
    EXPECT_EQ(says("-1\n"), -1);
    EXPECT_EQ(says("-7\n"), -1);
    EXPECT_EQ(says("none\n"), -1);
    EXPECT_EQ(says("99999999999\n"), -1);
    EXPECT_EQ(node_of_device("0000:99:00.0", root), -1);
    fs::remove_all(root);
}

TEST(numa_scope, a_node_that_does_not_exist_is_refused_unless_it_is_optional) {
    EXPECT_THROW(numa_scope(100'000, false), system_error);
    EXPECT_FALSE(numa_scope(100'000, true).active());
    EXPECT_FALSE(numa_scope(-1, false).active());
}

/// Ordinary memory.
class plain_memory final : public memory {
public:
    explicit plain_memory(std::size_t bytes) : bytes_(bytes), data_(bytes / 8 + 1) {}
    [[nodiscard]] std::byte* data() noexcept override {
        return reinterpret_cast<std::byte*>(data_.data());
    }
    [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }

private:
    std::size_t bytes_;
    std::vector<std::uint64_t> data_;
};

TEST(divided_memory, holds_two_messages_as_one_buffer_does) {
    constexpr std::uint64_t count = 100;
    const data_pattern pattern{.type = dtype::float32, .reducing = false, .ranks = 1, .seed = 5};
    plain_memory whole(2 * count * 4);
    whole.fill_pattern(pattern, 0, 0, 0, 2 * count * 4);
    // Parts hold more than the message, as they do for all but a series' largest size.
    divided_memory tested(std::make_unique<plain_memory>(500), std::make_unique<plain_memory>(500));
    tested.divide(count * 4);
    tested.fill_pattern(pattern, 0, 0, 0, 2 * count * 4);
    for (std::uint64_t i = 0; i < 2 * count * 4; ++i)
        ASSERT_EQ(*tested.at(i), whole.data()[i]) << i;
    EXPECT_FALSE(tested.verify_pattern(pattern, 0, 0, 0, 2 * count * 4));
    EXPECT_FALSE(tested.verify_pattern(pattern, 0, 70, 280, 60 * 4));  // across the boundary
    EXPECT_FALSE(tested.verify_pattern(pattern, 0, 150, 600, 80));     // behind it

    *tested.at(4 * 130) ^= std::byte{1};
    auto found = tested.verify_pattern(pattern, 0, 0, 0, 2 * count * 4);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->element, 130u);
    EXPECT_EQ(found->wrong, 1u);
    *tested.at(4 * 9) ^= std::byte{1};
    found = tested.verify_pattern(pattern, 0, 0, 0, 2 * count * 4);
    EXPECT_EQ(found->element, 9u);
    EXPECT_EQ(found->wrong, 2u);

    tested.fill_poison(0, 2 * count * 4);
    found = tested.verify_pattern(pattern, 0, 0, 0, 2 * count * 4);
    EXPECT_GT(found->wrong, 190u);
}

}  // namespace
}  // namespace railgauge::cuda

#endif
