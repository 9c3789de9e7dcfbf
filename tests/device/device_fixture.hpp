// What the device tests share: a device or a reason to skip, its memory, its errors.
#pragma once

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <new>
#include <span>
#include <vector>

namespace railgauge::testing {

#define EXPECT_CUDA(call)                                                              \
    do {                                                                               \
        const cudaError_t status = (call);                                             \
        ASSERT_EQ(status, cudaSuccess) << #call << ": " << cudaGetErrorString(status); \
    } while (false)

class device_test : public ::testing::Test {
protected:
    void SetUp() override {
        int devices = 0;
        const cudaError_t status = cudaGetDeviceCount(&devices);
        if (status != cudaSuccess) GTEST_SKIP() << "no GPU: " << cudaGetErrorString(status);
        if (devices == 0) GTEST_SKIP() << "no GPU";
    }
};

/// Device memory that lives as long as the test; filled with `filler`, so that what a kernel writes
/// beside its buffer shows.
class device_bytes {
public:
    explicit device_bytes(std::size_t size, int filler = 0x5a) : size_(size) {
        if (cudaMalloc(&data_, size + 1) != cudaSuccess) throw std::bad_alloc();
        cudaMemset(data_, filler, size);
    }
    ~device_bytes() { cudaFree(data_); }
    device_bytes(const device_bytes&) = delete;
    device_bytes& operator=(const device_bytes&) = delete;

    [[nodiscard]] std::byte* data() const { return static_cast<std::byte*>(data_); }

    void write(std::span<const std::byte> from, std::size_t offset = 0) const {
        if (!from.empty()) {
            cudaMemcpy(data() + offset, from.data(), from.size(), cudaMemcpyHostToDevice);
        }
    }

    [[nodiscard]] std::vector<std::byte> read() const {
        std::vector<std::byte> result(size_);
        // Waits for what was queued on the default stream.
        if (cudaMemcpy(result.data(), data_, size_, cudaMemcpyDeviceToHost) != cudaSuccess) {
            result.clear();
        }
        return result;
    }

    template <class T>
    [[nodiscard]] T read_as() const {
        T value;
        cudaMemcpy(&value, data_, sizeof value, cudaMemcpyDeviceToHost);
        return value;
    }

private:
    void* data_ = nullptr;
    std::size_t size_;
};

}  // namespace railgauge::testing
