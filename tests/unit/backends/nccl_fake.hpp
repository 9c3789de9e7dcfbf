// An NCCL for tests: writes down what it is called with, and fails when it is told to. Moves
// nothing.
#pragma once

#include <nccl.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/device_queue.hpp"
#include "harness/backends/nccl/nccl_library.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::nccl::testing {

/// One for the process, since NCCL's functions have no state of their own.
struct fake_nccl {
    std::vector<std::string> log;
    /// What ncclCommGetAsyncError says so many times before it says `state`.
    int polls_in_progress = 0;
    ncclResult_t state = ncclSuccess;
    /// What calls whose name is `failing` return.
    std::string failing;
    ncclResult_t failure = ncclSuccess;
    int blocking = -1;  ///< of the config that a communicator was made with
    int ids_made = 0;
    int ids_used = 0;

    ncclResult_t note(const std::string& call, const std::string& rest = {}) {
        log.push_back(rest.empty() ? call : call + " " + rest);
        return call == failing ? failure : ncclSuccess;
    }
    [[nodiscard]] int count(std::string_view start) const {
        int found = 0;
        for (const std::string& line : log) found += line.starts_with(start) ? 1 : 0;
        return found;
    }
};

inline fake_nccl& the_fake() {
    static fake_nccl fake;
    return fake;
}

inline ncclComm_t fake_communicator() {
    static int something = 0;
    return reinterpret_cast<ncclComm_t>(&something);
}

inline std::string text_of(std::uint64_t count, int peer) {
    return std::to_string(count) + " peer " + std::to_string(peer);
}

/// NCCL 2.28's functions; a test sets to null what an older version lacks.
inline nccl_calls fake_calls() {
    nccl_calls c;
    c.GetVersion = [](int* version) {
        *version = NCCL_VERSION(2, 28, 9);
        return the_fake().note("GetVersion");
    };
    c.GetErrorString = [](ncclResult_t code) {
        return code == ncclRemoteError ? "remote process exited" : "unhandled";
    };
    c.GetLastError = [](ncclComm_t) { return "the fake's last words"; };
    c.GetUniqueId = [](ncclUniqueId* id) {
        const int number = ++the_fake().ids_made;
        std::memcpy(id->internal, &number, sizeof number);
        return the_fake().note("GetUniqueId");
    };
    c.CommInitRank = [](ncclComm_t* made, int, ncclUniqueId, int) {
        *made = fake_communicator();
        the_fake().blocking = 1;
        the_fake().ids_used = 1;
        return the_fake().note("CommInitRank");
    };
    c.CommInitRankConfig = [](ncclComm_t* made, int, ncclUniqueId, int, ncclConfig_t* config) {
        *made = fake_communicator();
        the_fake().blocking = config->blocking;
        the_fake().ids_used = 1;
        return the_fake().note("CommInitRankConfig");
    };
    c.CommInitRankScalable = [](ncclComm_t* made, int, int, int ids, ncclUniqueId*,
                                ncclConfig_t* config) {
        *made = fake_communicator();
        the_fake().blocking = config->blocking;
        the_fake().ids_used = ids;
        return the_fake().note("CommInitRankScalable");
    };
    c.CommFinalize = [](ncclComm_t) { return the_fake().note("CommFinalize"); };
    c.CommDestroy = [](ncclComm_t) { return the_fake().note("CommDestroy"); };
    c.CommAbort = [](ncclComm_t) { return the_fake().note("CommAbort"); };
    c.CommGetAsyncError = [](ncclComm_t, ncclResult_t* state) {
        fake_nccl& fake = the_fake();
        const bool busy = fake.polls_in_progress != 0;
        if (fake.polls_in_progress > 0) --fake.polls_in_progress;
        *state = busy ? ncclInProgress : fake.state;
        return ncclSuccess;
    };
    c.AllReduce = [](const void*, void*, std::size_t count, ncclDataType_t, ncclRedOp_t, ncclComm_t,
                     cudaStream_t) { return the_fake().note("AllReduce", text_of(count, 0)); };
    c.Broadcast = [](const void*, void*, std::size_t count, ncclDataType_t, int root, ncclComm_t,
                     cudaStream_t) { return the_fake().note("Broadcast", text_of(count, root)); };
    c.Reduce = [](const void*, void*, std::size_t count, ncclDataType_t, ncclRedOp_t, int root,
                  ncclComm_t,
                  cudaStream_t) { return the_fake().note("Reduce", text_of(count, root)); };
    c.AllGather = [](const void*, void*, std::size_t count, ncclDataType_t, ncclComm_t,
                     cudaStream_t) { return the_fake().note("AllGather", text_of(count, 0)); };
    c.ReduceScatter = [](const void*, void*, std::size_t count, ncclDataType_t, ncclRedOp_t,
                         ncclComm_t, cudaStream_t) {
        return the_fake().note("ReduceScatter", text_of(count, 0));
    };
    c.Send = [](const void*, std::size_t count, ncclDataType_t, int peer, ncclComm_t,
                cudaStream_t) { return the_fake().note("Send", text_of(count, peer)); };
    c.Recv = [](void*, std::size_t count, ncclDataType_t, int peer, ncclComm_t, cudaStream_t) {
        return the_fake().note("Recv", text_of(count, peer));
    };
    c.GroupStart = [] { return the_fake().note("GroupStart"); };
    c.GroupEnd = [] { return the_fake().note("GroupEnd"); };
    return c;
}

/// A world in which this process is one rank of several, the others being silent: what it gathers
/// of them is its own, and what it broadcasts it has.
class lone_world final : public world {
public:
    explicit lone_world(int rank = 0, int ranks = 1) : rank_(rank), ranks_(ranks) {}

    int rank() const noexcept override { return rank_; }
    int size() const noexcept override { return ranks_; }
    int local_rank() const noexcept override { return rank_; }
    int local_size() const noexcept override { return ranks_; }
    const std::string& host_name() const noexcept override { return host_; }
    std::string_view meeting() const noexcept override { return "forked"; }
    void barrier() override {}
    void broadcast(std::span<std::byte>, int) override {}
    void gather(std::span<const std::byte> mine, std::span<std::byte> all, int) override {
        for (std::size_t at = 0; at < all.size(); at += mine.size()) {
            std::memcpy(all.data() + at, mine.data(), mine.size());
        }
    }
    void reduce_max(std::span<double>, std::span<std::int32_t>) override {}
    std::unique_ptr<world> split(int, int) override { return nullptr; }
    void enter(phase, std::int64_t) noexcept override {}
    void set_deadline(std::chrono::nanoseconds) noexcept override {}
    void heartbeat() noexcept override { ++heartbeats; }
    bool interrupted() const noexcept override { return false; }

    int heartbeats = 0;

private:
    int rank_;
    int ranks_;
    std::string host_ = "here";
};

/// A device that is done after so many questions; its calls go into the fake NCCL's log too, so
/// that their order shows.
class fake_queue final : public device_queue {
public:
    [[nodiscard]] cudaStream_t stream(int = 0) noexcept override { return nullptr; }
    [[nodiscard]] bool idle() override {
        if (questions_until_idle < 0) return false;
        return asked_++ >= questions_until_idle;
    }
    void hold() override { the_fake().note("hold"); }
    [[nodiscard]] bool holding() override { return true; }
    void release() noexcept override { the_fake().note("release"); }
    void mark_end() override { the_fake().note("mark_end"); }
    [[nodiscard]] double held_ns() override { return 1234; }

    int questions_until_idle = 0;  ///< negative: for ever

private:
    int asked_ = 0;
};

}  // namespace railgauge::nccl::testing
