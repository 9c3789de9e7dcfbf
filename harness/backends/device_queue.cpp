#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "harness/backends/cuda_error.hpp"
#include "harness/backends/device_choice.hpp"
#include "harness/backends/device_queue.hpp"
#include "kernels/device_timing.hpp"

namespace railgauge {
namespace {

/// Longer than the World waits for a rank by default, so that it names the rank that did not let
/// go.
constexpr std::uint64_t hold_limit_ns = 15'000'000'000;

/// Pinned memory of the host that the device reads and writes.
struct shared_words {
    alignas(64) std::uint32_t flag = 0;
    alignas(64) spin_record record;
};

class cuda_event {
public:
    explicit cuda_event(unsigned flags) {
        check_cuda("cudaEventCreateWithFlags", cudaEventCreateWithFlags(&event_, flags));
    }
    ~cuda_event() { static_cast<void>(cudaEventDestroy(event_)); }
    cuda_event(const cuda_event&) = delete;
    cuda_event& operator=(const cuda_event&) = delete;

    void record(cudaStream_t stream) {
        check_cuda("cudaEventRecord", cudaEventRecord(event_, stream));
    }
    [[nodiscard]] cudaEvent_t get() const noexcept { return event_; }

private:
    cudaEvent_t event_ = nullptr;
};

class cuda_stream {
public:
    cuda_stream() {
        check_cuda("cudaStreamCreateWithFlags",
                   cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
    }
    ~cuda_stream() { static_cast<void>(cudaStreamDestroy(stream_)); }
    cuda_stream(const cuda_stream&) = delete;
    cuda_stream& operator=(const cuda_stream&) = delete;
    [[nodiscard]] cudaStream_t get() const noexcept { return stream_; }

private:
    cudaStream_t stream_ = nullptr;
};

class cuda_graph final : public device_graph {
public:
    /// Takes the captured graph, whatever happens.
    cuda_graph(cudaGraph_t captured, cudaStream_t stream) : stream_(stream) {
        const cudaError_t made = cudaGraphInstantiate(&graph_, captured, 0);
        static_cast<void>(cudaGraphDestroy(captured));
        check_cuda("cudaGraphInstantiate", made);
        // Else the first launch would do it, behind a hold.
        if (const cudaError_t code = cudaGraphUpload(graph_, stream_); code != cudaSuccess) {
            static_cast<void>(cudaGraphExecDestroy(graph_));
            check_cuda("cudaGraphUpload", code);
        }
    }
    ~cuda_graph() override { static_cast<void>(cudaGraphExecDestroy(graph_)); }

    void launch() override { check_cuda("cudaGraphLaunch", cudaGraphLaunch(graph_, stream_)); }

private:
    cudaGraphExec_t graph_ = nullptr;
    cudaStream_t stream_;
};

class pinned_words {
public:
    pinned_words() {
        void* at = nullptr;
        check_cuda("cudaHostAlloc", cudaHostAlloc(&at, sizeof(shared_words), cudaHostAllocMapped));
        words_ = new (at) shared_words;
    }
    ~pinned_words() { static_cast<void>(cudaFreeHost(words_)); }
    pinned_words(const pinned_words&) = delete;
    pinned_words& operator=(const pinned_words&) = delete;
    [[nodiscard]] shared_words& operator*() const noexcept { return *words_; }

    /// The same as a device sees it.
    [[nodiscard]] shared_words* on_device() const {
        void* at = nullptr;
        check_cuda("cudaHostGetDevicePointer", cudaHostGetDevicePointer(&at, words_, 0));
        return static_cast<shared_words*>(at);
    }

private:
    shared_words* words_ = nullptr;
};

class cuda_queue final : public device_queue {
public:
    cuda_queue()
        : on_device_(words_.on_device()),
          forked_(cudaEventDisableTiming),
          reached_(cudaEventDisableTiming),
          began_(cudaEventDefault),
          ended_(cudaEventDefault) {}

    ~cuda_queue() override {
        release();  // else the stream is held until the kernel gives up
    }

    void widen(int streams) override {
        const device_scope here(device_);
        while (static_cast<int>(others_.size()) + 1 < streams) {
            others_.push_back(std::make_unique<other_stream>());
        }
    }

    [[nodiscard]] cudaStream_t stream(int which = 0) noexcept override {
        return which == 0 ? stream_.get()
                          : others_[static_cast<std::size_t>(which) - 1]->stream.get();
    }

    void fork(int streams) override {
        forked_.record(first());
        for (int which = 1; which < streams; ++which) wait_for(forked_, stream(which));
    }

    void join(int streams) override {
        for (int which = 1; which < streams; ++which) {
            cuda_event& joined = others_[static_cast<std::size_t>(which) - 1]->joined;
            joined.record(stream(which));
            wait_for(joined, first());
        }
    }

    [[nodiscard]] std::unique_ptr<device_graph> capture(
        const std::function<void()>& work) override {
        const device_scope here(device_);
        // NCCL's threads queue part of the work and may allocate in passing, which only this thread
        // must not while it captures.
        check_cuda("cudaStreamBeginCapture",
                   cudaStreamBeginCapture(first(), cudaStreamCaptureModeThreadLocal));
        cudaGraph_t captured = nullptr;
        try {
            work();
        } catch (...) {
            static_cast<void>(cudaStreamEndCapture(first(), &captured));
            if (captured != nullptr) static_cast<void>(cudaGraphDestroy(captured));
            static_cast<void>(cudaGetLastError());
            throw;
        }
        check_cuda("cudaStreamEndCapture", cudaStreamEndCapture(first(), &captured));
        return std::make_unique<cuda_graph>(captured, first());
    }

    [[nodiscard]] bool idle() override {
        return answer("cudaStreamQuery", cudaStreamQuery(first()));
    }

    void hold() override {
        const device_scope here(device_);
        ++ticket_;
        reached_.record(first());
        check_cuda(
            "launch of the spin kernel",
            launch_spin(&on_device_->flag, ticket_, hold_limit_ns, &on_device_->record, first()));
        began_.record(first());
    }

    [[nodiscard]] bool holding() override {
        return answer("cudaEventQuery", cudaEventQuery(reached_.get()));
    }

    void release() noexcept override {
        std::atomic_ref<std::uint32_t>((*words_).flag).store(ticket_, std::memory_order_release);
    }

    void mark_end() override { ended_.record(first()); }

    [[nodiscard]] double held_ns() override {
        if ((*words_).record.released == 0) {
            throw deadline_error(
                "the kernel that holds the stream gave up before it was let go: the ranks did not "
                "start together within 15 s");
        }
        float ms = 0;
        check_cuda("cudaEventElapsedTime", cudaEventElapsedTime(&ms, began_.get(), ended_.get()));
        return static_cast<double>(ms) * 1e6;
    }

private:
    struct other_stream {
        cuda_stream stream;
        cuda_event joined{cudaEventDisableTiming};
    };

    [[nodiscard]] cudaStream_t first() const noexcept { return stream_.get(); }

    static void wait_for(const cuda_event& event, cudaStream_t stream) {
        check_cuda("cudaStreamWaitEvent", cudaStreamWaitEvent(stream, event.get(), 0));
    }

    static bool answer(const char* call, cudaError_t code) {
        if (code == cudaErrorNotReady) return false;
        check_cuda(call, code);
        return true;
    }

    int device_ = current_device();
    pinned_words words_;
    shared_words* on_device_;
    cuda_stream stream_;
    std::vector<std::unique_ptr<other_stream>> others_;
    cuda_event forked_;
    cuda_event reached_;
    cuda_event began_;
    cuda_event ended_;
    std::uint32_t ticket_ = 0;
};

}  // namespace

std::unique_ptr<device_queue> make_cuda_queue() {
    return std::make_unique<cuda_queue>();
}

}  // namespace railgauge
