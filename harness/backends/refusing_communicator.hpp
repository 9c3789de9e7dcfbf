// A communicator where there cannot be one.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/base/error.hpp"

namespace railgauge {

/// Supports nothing, with the same reason for all, so that points are skipped and the run goes on.
class refusing_communicator final : public communicator {
public:
    explicit refusing_communicator(std::string reason) : reason_(std::move(reason)) {}

    [[nodiscard]] capability supports(const operation_spec&) const override {
        return {.supported = false, .reason = reason_};
    }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind) const override { return {}; }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t) override {
        throw capability_error(reason_);
    }
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec&, memory&,
                                                     memory&) override {
        throw capability_error(reason_);
    }

private:
    std::string reason_;
};

}  // namespace railgauge
