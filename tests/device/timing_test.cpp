// The spin kernel, the pointer chase and the compute load do what they say; no time is asserted but
// the least that a wait must take.
#include "kernels/device_timing.hpp"

#include <chrono>
#include <thread>

#include "kernels/chase_cycle.hpp"
#include "tests/device/device_fixture.hpp"

namespace railgauge {
namespace {

using testing::device_bytes;
using timing_on_device = testing::device_test;

TEST_F(timing_on_device, a_chase_comes_round) {
    constexpr std::uint64_t nodes = 4096;
    constexpr std::uint64_t stride = 128;
    const device_bytes memory(nodes * stride);
    const auto base = reinterpret_cast<std::uintptr_t>(memory.data());
    std::vector<std::byte> chain(nodes * stride);
    write_chase_cycle(chain, stride, base, 7);
    memory.write(chain);
    const device_bytes record(sizeof(chase_record));
    auto* const told = reinterpret_cast<chase_record*>(record.data());
    EXPECT_CUDA(launch_chase(base, nodes, told, nullptr));
    const auto whole = record.read_as<chase_record>();
    EXPECT_EQ(whole.end, base);
    EXPECT_GT(whole.ticks, nodes * 10);
    EXPECT_CUDA(launch_chase(base, nodes - 1, told, nullptr));
    EXPECT_NE(record.read_as<chase_record>().end, base);
}

TEST_F(timing_on_device, a_spinning_kernel_gives_up_by_itself) {
    const device_bytes flag(4, 0);
    const device_bytes record(sizeof(spin_record));
    constexpr std::uint64_t limit_ns = 2'000'000;
    EXPECT_CUDA(launch_spin(reinterpret_cast<std::uint32_t*>(flag.data()), 1, limit_ns,
                            reinterpret_cast<spin_record*>(record.data()), nullptr));
    const auto told = record.read_as<spin_record>();
    EXPECT_EQ(told.released, 0u);
    EXPECT_GE(told.released_ns - told.began_ns, limit_ns);
}

TEST_F(timing_on_device, one_flag_of_the_host_releases_all_streams_in_order_of_tickets) {
    std::uint32_t* flag = nullptr;
    EXPECT_CUDA(cudaHostAlloc(reinterpret_cast<void**>(&flag), sizeof *flag, cudaHostAllocMapped));
    std::uint32_t* seen = nullptr;
    EXPECT_CUDA(cudaHostGetDevicePointer(reinterpret_cast<void**>(&seen), flag, 0));
    volatile std::uint32_t& raised = *flag;
    raised = ~0u;  // tickets are counted modulo 2^32: 0 and 1 follow
    constexpr std::uint64_t limit_ns = 10'000'000'000;
    const device_bytes records(2 * sizeof(spin_record), 0);
    auto* const told = reinterpret_cast<spin_record*>(records.data());
    cudaStream_t streams[2];
    for (std::uint32_t i = 0; i < 2; ++i) {
        EXPECT_CUDA(cudaStreamCreateWithFlags(&streams[i], cudaStreamNonBlocking));
        EXPECT_CUDA(launch_spin(seen, i, limit_ns, told + i, streams[i]));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(cudaStreamQuery(streams[0]), cudaErrorNotReady);
    raised = 0;
    EXPECT_CUDA(cudaStreamSynchronize(streams[0]));
    EXPECT_EQ(cudaStreamQuery(streams[1]), cudaErrorNotReady);
    raised = 1;
    EXPECT_CUDA(cudaStreamSynchronize(streams[1]));
    spin_record both[2];
    EXPECT_CUDA(cudaMemcpy(both, told, sizeof both, cudaMemcpyDeviceToHost));
    EXPECT_EQ(both[0].released, 1u);
    EXPECT_EQ(both[1].released, 1u);
    EXPECT_GE(both[1].released_ns, both[0].released_ns);
    for (const cudaStream_t stream : streams) EXPECT_CUDA(cudaStreamDestroy(stream));
    EXPECT_CUDA(cudaFreeHost(flag));
}

TEST_F(timing_on_device, a_load_ends_by_its_rounds_or_its_time) {
    const device_bytes record(sizeof(load_record));
    auto* const told = reinterpret_cast<load_record*>(record.data());
    EXPECT_CUDA(
        launch_load({.processors = 3, .rounds = 50, .limit_ns = 10'000'000'000}, told, nullptr));
    EXPECT_EQ(record.read_as<load_record>().rounds, 150u);
    constexpr std::uint64_t limit_ns = 3'000'000;
    EXPECT_CUDA(launch_load({.processors = 2, .limit_ns = limit_ns}, told, nullptr));
    const auto timed = record.read_as<load_record>();
    EXPECT_GE(timed.busy_ns, 2 * limit_ns);
    EXPECT_GT(timed.rounds, 2u);
}

}  // namespace
}  // namespace railgauge
