// A prepared operation of the ucx backend.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/backends/backend.hpp"
#include "harness/backends/ucx/executor.hpp"
#include "harness/backends/ucx/registered_memory.hpp"
#include "harness/backends/ucx/session.hpp"

namespace railgauge::ucx {

class ucx_operation final : public operation {
public:
    /// `scratch` may be empty; `key` too: it is destroyed with the operation.
    ucx_operation(std::shared_ptr<session> where, program made, std::string algorithm,
                  std::uint64_t chunk_bytes, std::unique_ptr<registered_memory> scratch,
                  ucp_rkey_h key = nullptr);
    ~ucx_operation() override;

    void execute() override;
    [[nodiscard]] std::string_view algorithm() const noexcept override { return algorithm_; }
    [[nodiscard]] std::uint64_t chunk_bytes() const noexcept override { return chunk_bytes_; }
    [[nodiscard]] std::string_view protocol() const noexcept override {
        return executor_.plan().eager ? "eager" : "";
    }

private:
    std::shared_ptr<session> session_;
    std::unique_ptr<registered_memory> scratch_;
    std::string algorithm_;
    std::uint64_t chunk_bytes_;
    ucp_rkey_h key_;
    executor executor_;
};

}  // namespace railgauge::ucx
