#include "harness/backends/ucx/ucx_backend.hpp"

#include <optional>

#include "harness/backends/ucx/ask_ucx.hpp"
#include "harness/base/error.hpp"
#include "harness/schedule/algorithms.hpp"
#ifdef RAILGAUGE_HAS_UCX
#include "harness/backends/ucx/ucx_communicator.hpp"
#endif

namespace railgauge {
namespace {

class ucx_backend final : public backend {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "ucx"; }

    [[nodiscard]] std::string_view description() const noexcept override {
        return "railgauge's own collectives over UCP's messages, within and across hosts";
    }

    [[nodiscard]] std::string version() const override {
        return built_in() ? probe().version : std::string();
    }

    [[nodiscard]] availability available() const override {
        if (!built_in()) {
            return {.available = false,
                    .reason =
                        "UCX was not found when railgauge was built: install it with its headers "
                        "(Debian: libucx-dev) and build again"};
        }
        if (!probe().problem.empty()) {
            return {.available = false,
                    .reason = probe().problem + "; install UCX 1.13 or newer (Debian: libucx0)"};
        }
        return {};
    }

    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override {
        return railgauge::known_algorithms(kind);
    }

    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
#ifdef RAILGAUGE_HAS_UCX
        return ucx::make_ucx_communicator(group);
#else
        static_cast<void>(group);
        throw capability_error("ucx: " + available().reason);
#endif
    }

private:
    static constexpr bool built_in() {
#ifdef RAILGAUGE_HAS_UCX
        return true;
#else
        return false;
#endif
    }

    const ucx::ucx_answer& probe() const {
        if (!probe_) {
            probe_ = ucx::ask_ucx();
        }
        return *probe_;
    }

    mutable std::optional<ucx::ucx_answer> probe_;
};

}  // namespace

std::unique_ptr<backend> make_ucx_backend() {
    return std::make_unique<ucx_backend>();
}

}  // namespace railgauge
