// A prepared operation of the ucx backend.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/backends/ucx/executor.hpp"
#include "harness/backends/ucx/mailboxes.hpp"
#include "harness/backends/ucx/registered_memory.hpp"
#include "harness/backends/ucx/session.hpp"

namespace railgauge::ucx {

/// Memory that programs use beside the buffers; each may be null.
struct operation_belongings {
    std::unique_ptr<registered_memory> scratch;
    std::unique_ptr<mailboxes> mail;
};

class ucx_operation final : public operation {
public:
    /// Executions take turns of `programs`. `belongings`, and `key` where it is not null, are
    /// destroyed with the operation.
    ucx_operation(std::shared_ptr<session> where, std::vector<program> programs,
                  std::string algorithm, std::uint64_t chunk_bytes, operation_belongings belongings,
                  ucp_rkey_h key = nullptr);
    ~ucx_operation() override;

    void execute() override;
    [[nodiscard]] std::string_view algorithm() const noexcept override { return algorithm_; }
    [[nodiscard]] std::uint64_t chunk_bytes() const noexcept override { return chunk_bytes_; }
    [[nodiscard]] std::string_view protocol() const noexcept override {
        if (belongings_.mail != nullptr) return "put";
        return executors_.front()->plan().eager ? "eager" : "";
    }

private:
    std::shared_ptr<session> session_;
    operation_belongings belongings_;
    std::string algorithm_;
    std::uint64_t chunk_bytes_;
    ucp_rkey_h key_;
    std::vector<std::unique_ptr<executor>> executors_;
    std::size_t turn_ = 0;
};

}  // namespace railgauge::ucx
