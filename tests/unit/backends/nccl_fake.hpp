// An NCCL for tests: writes down what it is called with, and fails when it is told to. Moves
// nothing.
#pragma once

#include <nccl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/cuda_error.hpp"
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
    ncclComm_t failing_state_of = nullptr;  ///< the only one in that state; null: all are
    /// What calls whose name is `failing` return.
    std::string failing;
    ncclResult_t failure = ncclSuccess;
    int blocking = -1;  ///< of the config that a communicator was made with
    int ids_made = 0;
    int ids_used = 0;
    std::function<void()> at_a_call;    ///< what NCCL does besides, when an operation is called
    bool has_windows = true;            ///< else ncclCommWindowRegister gives none, and succeeds
    std::vector<unsigned char> scalar;  ///< what a reduction was made with
    float estimate_us = -1;             ///< what ncclGroupSimulateEnd says
    /// Several ranks a process: communicators are told apart, and the log says which they are.
    bool several = false;

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

inline std::array<int, 16>& fake_communicators() {
    static std::array<int, 16> something{};
    return something;
}

/// The first one, or one that was split off; with several ranks, that of a rank of the process, or
/// from 8 on what was split off from it.
inline ncclComm_t fake_communicator(std::size_t which = 0) {
    return reinterpret_cast<ncclComm_t>(&fake_communicators().at(which));
}

inline std::size_t number_of(ncclComm_t comm) {
    return static_cast<std::size_t>(reinterpret_cast<int*>(comm) - fake_communicators().data());
}

/// For the log: which of several it is.
inline std::string name_of(ncclComm_t comm) {
    return the_fake().several ? std::to_string(number_of(comm)) : std::string();
}

/// As many GPUs a process as the log shows of it.
inline constexpr int fake_gpus = 2;

inline ncclResult_t note_beginning(const char* call, ncclComm_t* made, int ranks, int rank) {
    if (!the_fake().several) {
        *made = fake_communicator();
        return the_fake().note(call);
    }
    *made = fake_communicator(static_cast<std::size_t>(rank % fake_gpus));
    return the_fake().note(call, "rank " + std::to_string(rank) + " of " + std::to_string(ranks));
}

/// Streams of the fake queue are their numbers.
inline cudaStream_t fake_stream(int which) {
    return reinterpret_cast<cudaStream_t>(static_cast<std::uintptr_t>(which));
}

/// What is not the first stream or the first communicator is named.
inline std::string text_of(std::uint64_t count, int peer, ncclComm_t comm, cudaStream_t stream) {
    std::string text = std::to_string(count) + " peer " + std::to_string(peer);
    if (the_fake().several) {
        text += " on " + name_of(comm);
    } else if (comm != fake_communicator()) {
        text += " split";
    }
    if (stream != nullptr) {
        text += " stream " + std::to_string(reinterpret_cast<std::uintptr_t>(stream));
    }
    if (the_fake().at_a_call) the_fake().at_a_call();
    return text;
}

inline void add_memory_calls(nccl_calls& c) {
    c.MemAlloc = [](void** made, std::size_t bytes) {
        *made = std::malloc(bytes);
        return the_fake().note("MemAlloc", std::to_string(bytes));
    };
    c.MemFree = [](void* memory) {
        std::free(memory);
        return the_fake().note("MemFree");
    };
    c.CommRegister = [](ncclComm_t comm, void*, std::size_t bytes, void** handle) {
        *handle = comm;
        return the_fake().note("CommRegister", std::to_string(bytes));
    };
    c.CommDeregister = [](ncclComm_t, void*) { return the_fake().note("CommDeregister"); };
    c.CommWindowRegister = [](ncclComm_t, void* memory, std::size_t bytes, ncclWindow_t* window,
                              int flags) {
        *window = the_fake().has_windows ? static_cast<ncclWindow_t>(memory) : nullptr;
        return the_fake().note("CommWindowRegister",
                               std::to_string(bytes) + " flags " + std::to_string(flags));
    };
    c.CommWindowDeregister = [](ncclComm_t, ncclWindow_t) {
        return the_fake().note("CommWindowDeregister");
    };
}

inline void add_to_all_calls(nccl_calls& c) {
    c.AlltoAll = [](const void*, void*, std::size_t count, ncclDataType_t, ncclComm_t comm,
                    cudaStream_t stream) {
        return the_fake().note("AlltoAll", text_of(count, 0, comm, stream));
    };
    c.Gather = [](const void*, void*, std::size_t count, ncclDataType_t, int root, ncclComm_t comm,
                  cudaStream_t stream) {
        return the_fake().note("Gather", text_of(count, root, comm, stream));
    };
    c.Scatter = [](const void*, void*, std::size_t count, ncclDataType_t, int root, ncclComm_t comm,
                   cudaStream_t stream) {
        return the_fake().note("Scatter", text_of(count, root, comm, stream));
    };
}

inline void add_beginnings(nccl_calls& c) {
    c.CommInitRank = [](ncclComm_t* made, int ranks, ncclUniqueId, int rank) {
        the_fake().blocking = 1;
        the_fake().ids_used = 1;
        return note_beginning("CommInitRank", made, ranks, rank);
    };
    c.CommInitRankConfig = [](ncclComm_t* made, int ranks, ncclUniqueId, int rank,
                              ncclConfig_t* config) {
        the_fake().blocking = config->blocking;
        the_fake().ids_used = 1;
        return note_beginning("CommInitRankConfig", made, ranks, rank);
    };
    c.CommInitRankScalable = [](ncclComm_t* made, int ranks, int rank, int ids, ncclUniqueId*,
                                ncclConfig_t* config) {
        the_fake().blocking = config->blocking;
        the_fake().ids_used = ids;
        return note_beginning("CommInitRankScalable", made, ranks, rank);
    };
}

inline void add_collectives(nccl_calls& c) {
    c.AllReduce = [](const void*, void*, std::size_t count, ncclDataType_t, ncclRedOp_t,
                     ncclComm_t comm, cudaStream_t stream) {
        return the_fake().note("AllReduce", text_of(count, 0, comm, stream));
    };
    c.Broadcast = [](const void*, void*, std::size_t count, ncclDataType_t, int root,
                     ncclComm_t comm, cudaStream_t stream) {
        return the_fake().note("Broadcast", text_of(count, root, comm, stream));
    };
    c.Reduce = [](const void*, void*, std::size_t count, ncclDataType_t, ncclRedOp_t, int root,
                  ncclComm_t comm, cudaStream_t stream) {
        return the_fake().note("Reduce", text_of(count, root, comm, stream));
    };
    c.AllGather = [](const void*, void*, std::size_t count, ncclDataType_t, ncclComm_t comm,
                     cudaStream_t stream) {
        return the_fake().note("AllGather", text_of(count, 0, comm, stream));
    };
    c.ReduceScatter = [](const void*, void*, std::size_t count, ncclDataType_t, ncclRedOp_t,
                         ncclComm_t comm, cudaStream_t stream) {
        return the_fake().note("ReduceScatter", text_of(count, 0, comm, stream));
    };
    c.Send = [](const void*, std::size_t count, ncclDataType_t, int peer, ncclComm_t comm,
                cudaStream_t stream) {
        return the_fake().note("Send", text_of(count, peer, comm, stream));
    };
    c.Recv = [](void*, std::size_t count, ncclDataType_t, int peer, ncclComm_t comm,
                cudaStream_t stream) {
        return the_fake().note("Recv", text_of(count, peer, comm, stream));
    };
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
    add_beginnings(c);
    c.CommFinalize = [](ncclComm_t comm) { return the_fake().note("CommFinalize", name_of(comm)); };
    c.CommDestroy = [](ncclComm_t comm) { return the_fake().note("CommDestroy", name_of(comm)); };
    c.CommAbort = [](ncclComm_t comm) { return the_fake().note("CommAbort", name_of(comm)); };
    c.CommGetAsyncError = [](ncclComm_t comm, ncclResult_t* state) {
        fake_nccl& fake = the_fake();
        const bool busy = fake.polls_in_progress != 0;
        if (fake.polls_in_progress > 0) --fake.polls_in_progress;
        const bool fine = fake.failing_state_of != nullptr && fake.failing_state_of != comm;
        *state = busy ? ncclInProgress : fine ? ncclSuccess : fake.state;
        return ncclSuccess;
    };
    c.CommSplit = [](ncclComm_t comm, int color, int key, ncclComm_t* made, ncclConfig_t* config) {
        *made = fake_communicator(the_fake().several ? 8 + number_of(comm) : 1);
        the_fake().blocking = config->blocking;
        return the_fake().note("CommSplit",
                               "color " + std::to_string(color) + " key " + std::to_string(key));
    };
    add_memory_calls(c);
    add_collectives(c);
    add_to_all_calls(c);
    c.GroupSimulateEnd = [](ncclSimInfo_t* info) {
        info->estimatedTime = the_fake().estimate_us;
        return the_fake().note("GroupSimulateEnd");
    };
    c.RedOpCreatePreMulSum = [](ncclRedOp_t* op, void* scalar, ncclDataType_t type,
                                ncclScalarResidence_t, ncclComm_t comm) {
        const auto* const bytes = static_cast<const unsigned char*>(scalar);
        the_fake().scalar.assign(bytes, bytes + (type == ncclFloat16 ? 2 : 4));
        *op = static_cast<ncclRedOp_t>(ncclNumOps);
        return the_fake().note("RedOpCreatePreMulSum", name_of(comm));
    };
    c.RedOpDestroy = [](ncclRedOp_t, ncclComm_t) { return the_fake().note("RedOpDestroy"); };
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

class fake_graph final : public device_graph {
public:
    void launch() override { the_fake().note("graph"); }
};

/// A device that is done after so many questions; its calls go into the fake NCCL's log too, so
/// that their order shows.
class fake_queue final : public device_queue {
public:
    void widen(int streams) override { wide = std::max(wide, streams); }
    [[nodiscard]] cudaStream_t stream(int which) noexcept override { return fake_stream(which); }
    void fork(int streams) override { the_fake().note("fork", std::to_string(streams)); }
    void join(int streams) override { the_fake().note("join", std::to_string(streams)); }
    [[nodiscard]] std::unique_ptr<device_graph> capture(
        const std::function<void()>& work) override {
        the_fake().note("capture");
        if (capture_fails)
            throw cuda_error("cudaStreamEndCapture", cudaErrorStreamCaptureImplicit, "");
        work();
        the_fake().note("captured");
        return std::make_unique<fake_graph>();
    }
    [[nodiscard]] bool idle() override {
        if (questions_until_idle < 0) return false;
        return asked_++ >= questions_until_idle;
    }
    void hold() override { the_fake().note("hold"); }
    [[nodiscard]] bool holding() override { return true; }
    void release() noexcept override { the_fake().note("release"); }
    void mark_end() override { the_fake().note("mark_end"); }
    [[nodiscard]] double held_ns() override { return ns; }

    int questions_until_idle = 0;  ///< negative: for ever
    bool capture_fails = false;
    int wide = 1;
    double ns = 1234;  ///< that a sample took

private:
    int asked_ = 0;
};

}  // namespace railgauge::nccl::testing
