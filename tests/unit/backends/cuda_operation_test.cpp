// What is queued in which order, and what becomes of a device that does not answer or answers
// wrong.
#ifdef RAILGAUGE_HAS_CUDA
#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/backends/cuda/chase_chain.hpp"
#include "harness/backends/cuda/copy_operation.hpp"
#include "harness/backends/cuda/latency_operation.hpp"
#include "harness/backends/cuda_error.hpp"

namespace railgauge::cuda {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// One for the process, since the calls have no state of their own.
std::vector<std::string>& the_log() {
    static std::vector<std::string> lines;
    return lines;
}

class fake_queue final : public device_queue {
public:
    explicit fake_queue(bool hangs = false) : hangs_(hangs) { the_log().clear(); }

    [[nodiscard]] cudaStream_t stream(int lane = 0) noexcept override {
        return reinterpret_cast<cudaStream_t>(static_cast<std::uintptr_t>(lane));
    }
    void widen(int) override {}
    void fork(int streams) override { the_log().push_back("fork" + std::to_string(streams)); }
    void join(int streams) override { the_log().push_back("join" + std::to_string(streams)); }
    [[nodiscard]] std::unique_ptr<device_graph> capture(const std::function<void()>&) override {
        return nullptr;
    }
    [[nodiscard]] bool idle() override { return !hangs_; }
    void hold() override { the_log().emplace_back("hold"); }
    [[nodiscard]] bool holding() override { return true; }
    void release() noexcept override { the_log().emplace_back("release"); }
    void mark_end() override { the_log().emplace_back("end"); }
    [[nodiscard]] double held_ns() override { return 42; }

private:
    bool hangs_;
};

cudaError_t copied(const char* how, std::byte* to, const std::byte* from, std::uint64_t bytes,
                   cudaStream_t stream) {
    the_log().push_back(how + std::to_string(reinterpret_cast<std::uintptr_t>(stream)));
    std::memcpy(to, from, bytes);
    return cudaSuccess;
}

copy_calls host_copies() {
    return {.by_engine = [](std::byte* to, const std::byte* from, std::uint64_t bytes,
                            cudaStream_t stream) { return copied("ce", to, from, bytes, stream); },
            .by_processors =
                [](std::byte* to, const std::byte* from, std::uint64_t bytes, cudaStream_t stream,
                   unsigned processors) {
                    return processors == 66 ? copied("sm", to, from, bytes, stream)
                                            : cudaErrorInvalidValue;
                }};
}

/// Two copies in lanes of their own.
struct two_copies {
    std::vector<std::byte> from{16, std::byte{7}};
    std::vector<std::byte> to{16, std::byte{0}};
    int meetings = 0;

    [[nodiscard]] copy_work work() {
        copy_work made;
        made.copies = {{to.data(), from.data(), 8, 0}, {to.data() + 8, from.data() + 8, 8, 1}};
        made.longest_lane = 1;
        made.meet = [this] {
            ++meetings;
            the_log().emplace_back("meet");
        };
        return made;
    }
};

TEST(copy_operation, executes_then_meets_the_others) {
    two_copies some;
    copy_operation tested(std::make_unique<fake_queue>(), "put", "copy_engine", some.work(),
                          host_copies());
    tested.execute();
    EXPECT_EQ(some.to, some.from);
    EXPECT_THAT(the_log(), ElementsAre("fork2", "ce0", "ce1", "join2", "meet"));
    EXPECT_EQ(tested.algorithm(), "copy_engine");
}

TEST(copy_operation, samples_are_queued_behind_the_hold_and_meet_nobody) {
    two_copies some;
    copy_operation tested(std::make_unique<fake_queue>(), "put", "copy_engine", some.work(),
                          host_copies());
    tested.arm(2);  // executes first, since nothing has been loaded yet
    tested.release();
    EXPECT_EQ(tested.finish_ns(), 42);
    EXPECT_THAT(the_log(), ElementsAre("fork2", "ce0", "ce1", "join2", "meet", "hold", "fork2",
                                       "ce0", "ce1", "ce0", "ce1", "join2", "end", "release"));
    tested.arm(1);
    EXPECT_EQ(some.meetings, 1);
}

TEST(copy_operation, what_a_stream_does_not_take_is_queued_after_the_release) {
    two_copies some;
    copy_work work = some.work();
    work.longest_lane = 100;  // so that two executions fit
    copy_operation tested(std::make_unique<fake_queue>(), "put", "copy_engine", std::move(work),
                          host_copies());
    tested.execute();
    the_log().clear();
    tested.arm(3);
    tested.release();
    static_cast<void>(tested.finish_ns());
    EXPECT_THAT(the_log(), ElementsAre("hold", "fork2", "ce0", "ce1", "ce0", "ce1", "release",
                                       "ce0", "ce1", "join2", "end"));
}

// The host copies pageable memory in the call itself, so it would wait for a held stream for ever.
TEST(copy_operation, pageable_copies_are_never_queued_behind_a_hold) {
    two_copies some;
    copy_work work = some.work();
    work.pageable = true;
    copy_operation tested(std::make_unique<fake_queue>(), "host_to_device", "copy_engine",
                          std::move(work), host_copies());
    tested.execute();
    the_log().clear();
    tested.arm(1);
    tested.release();
    static_cast<void>(tested.finish_ns());
    EXPECT_THAT(the_log(), ElementsAre("hold", "fork2", "release", "ce0", "ce1", "join2", "end"));
}

TEST(copy_operation, multiprocessors_are_shared_out_and_failures_named) {
    two_copies some;
    copy_work work = some.work();
    work.by_processors = true;
    work.processors = 66;
    copy_operation tested(std::make_unique<fake_queue>(), "put", "sm", work, host_copies());
    tested.execute();
    EXPECT_THAT(the_log(), ElementsAre("fork2", "sm0", "sm1", "join2", "meet"));
    work.processors = 1;
    copy_operation failing(std::make_unique<fake_queue>(), "put", "sm", work, host_copies());
    EXPECT_THROW(failing.execute(), cuda_error);
}

TEST(copy_operation, a_device_that_does_not_end_is_given_up) {
    two_copies some;
    copy_operation tested(std::make_unique<fake_queue>(true), "put", "copy_engine", some.work(),
                          host_copies());
    tested.limit_work(std::chrono::milliseconds(5));
    try {
        tested.execute();
        FAIL();
    } catch (const deadline_error& failure) {
        EXPECT_THAT(failure.what(), HasSubstr("put did not end on the GPU within 0.005 s"));
    }
    EXPECT_EQ(some.meetings, 0);
}

/// Follows a chain as the device does.
std::uint64_t followed(const std::vector<std::byte>& content, std::uint64_t base, std::uint64_t at,
                       std::uint64_t steps) {
    for (; steps > 0; --steps) std::memcpy(&at, content.data() + (at - base), sizeof at);
    return at;
}

TEST(chase_chain, executions_go_on_where_the_last_one_ended) {
    constexpr std::uint64_t base = 1 << 20;
    for (const std::uint64_t bytes : {1u, 128u, 640u, 1280u, 128u * 37}) {
        chase_chain chain(bytes, 10);
        const auto content = chain.write(base);
        ASSERT_EQ(content.size(), chain.bytes());
        EXPECT_LE(chain.bytes(), std::max<std::uint64_t>(bytes, chase_stride_bytes));
        std::set<std::uint64_t> begun;
        for (std::uint64_t number = 0; number < 12; ++number) {
            EXPECT_EQ(followed(content, base, chain.begin(number), 10), chain.end(number));
            begun.insert(chain.begin(number));
            if (bytes > 1280) {
                EXPECT_EQ(chain.begin(number + 1), chain.end(number));
            }
        }
        EXPECT_EQ(begun.size(), bytes > 1280 ? 3u : 1u) << bytes;
    }
}

std::uint64_t& chase_error() {
    static std::uint64_t bytes = 0;
    return bytes;
}

// The chain lies at its own address here, so it can be followed for real.
cudaError_t host_chase(std::uint64_t start, std::uint64_t steps, chase_record* record,
                       cudaStream_t) {
    for (; steps > 0; --steps) start = *reinterpret_cast<const std::uint64_t*>(start);
    record->end = start + chase_error();
    return cudaSuccess;
}

TEST(chase_operation, looks_where_the_chain_led) {
    chase_chain chain(5000 * chase_stride_bytes, chase_accesses);
    std::vector<std::uint64_t> place(chain.bytes() / sizeof(std::uint64_t));
    const auto content = chain.write(reinterpret_cast<std::uint64_t>(place.data()));
    std::memcpy(place.data(), content.data(), content.size());
    chase_record record;
    chase_operation tested(std::make_unique<fake_queue>(), "device_latency", std::move(chain),
                           {&record, &record}, nullptr, {}, host_chase);
    tested.execute();
    tested.arm(3);
    tested.release();
    EXPECT_EQ(tested.finish_ns(), 42);
    chase_error() = 128;
    EXPECT_THROW(tested.execute(), wrong_data_error);
    chase_error() = 0;
}

}  // namespace
}  // namespace railgauge::cuda

#endif
