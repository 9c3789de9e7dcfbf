#include "harness/backends/device_queue.hpp"

#include <atomic>
#include <deque>
#include <new>

#include "harness/backends/cuda_error.hpp"
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
    /// What is queued in `stream` from now on waits for the last record.
    void make_wait(cudaStream_t stream) {
        check_cuda("cudaStreamWaitEvent", cudaStreamWaitEvent(stream, event_, 0));
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

/// A lane beside the first, which alone is held and timed.
struct side_lane {
    cuda_stream stream;
    cuda_event ended{cudaEventDisableTiming};
};

class cuda_queue final : public device_queue {
public:
    explicit cuda_queue(int lanes)
        : on_device_(words_.on_device()),
          reached_(cudaEventDisableTiming),
          began_(cudaEventDefault),
          ended_(cudaEventDefault) {
        for (int lane = 1; lane < lanes; ++lane) sides_.emplace_back();
    }

    ~cuda_queue() override {
        release();  // else the stream is held until the kernel gives up
    }

    [[nodiscard]] cudaStream_t stream(int lane = 0) noexcept override {
        return lane == 0 ? stream_.get() : sides_[static_cast<std::size_t>(lane - 1)].stream.get();
    }

    [[nodiscard]] bool idle() override {
        for (const side_lane& side : sides_) {
            if (!answer("cudaStreamQuery", cudaStreamQuery(side.stream.get()))) return false;
        }
        return answer("cudaStreamQuery", cudaStreamQuery(stream_.get()));
    }

    void hold() override {
        ++ticket_;
        reached_.record(stream());
        check_cuda(
            "launch of the spin kernel",
            launch_spin(&on_device_->flag, ticket_, hold_limit_ns, &on_device_->record, stream()));
        began_.record(stream());
        for (const side_lane& side : sides_) began_.make_wait(side.stream.get());
    }

    [[nodiscard]] bool holding() override {
        return answer("cudaEventQuery", cudaEventQuery(reached_.get()));
    }

    void release() noexcept override {
        std::atomic_ref<std::uint32_t>((*words_).flag).store(ticket_, std::memory_order_release);
    }

    void mark_end() override {
        for (side_lane& side : sides_) {
            side.ended.record(side.stream.get());
            side.ended.make_wait(stream());
        }
        ended_.record(stream());
    }

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
    static bool answer(const char* call, cudaError_t code) {
        if (code == cudaErrorNotReady) return false;
        check_cuda(call, code);
        return true;
    }

    pinned_words words_;
    shared_words* on_device_;
    cuda_stream stream_;
    std::deque<side_lane> sides_;  // they cannot be moved
    cuda_event reached_;
    cuda_event began_;
    cuda_event ended_;
    std::uint32_t ticket_ = 0;
};

}  // namespace

std::unique_ptr<device_queue> make_cuda_queue(int lanes) {
    return std::make_unique<cuda_queue>(lanes);
}

}  // namespace railgauge
