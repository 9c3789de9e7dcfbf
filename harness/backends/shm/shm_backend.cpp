#include "harness/backends/shm/shm_backend.hpp"

#include "harness/backends/shm/shm_communicator.hpp"
#include "harness/base/error.hpp"
#include "harness/base/shared_segment.hpp"
#include "harness/launch/world.hpp"
#include "harness/schedule/algorithms.hpp"

namespace railgauge {

namespace {

class shm_backend final : public backend {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "shm"; }

    [[nodiscard]] std::string_view description() const noexcept override {
        return "railgauge's own collectives over memory that the ranks of one host share";
    }

    [[nodiscard]] std::string version() const override { return RAILGAUGE_VERSION; }

    [[nodiscard]] availability available() const override {
        try {
            static_cast<void>(shared_segment::create("probe", 4096));
        } catch (const error& failure) {
            return {.available = false, .reason = failure.what()};
        }
        return {};
    }

    [[nodiscard]] std::string unfit_for(const world& group) const override {
        return group.hosts() == 1 ? std::string()
                                  : "the ranks are on " + std::to_string(group.hosts()) +
                                        " hosts, and shared memory does not reach across them";
    }

    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override {
        return railgauge::known_algorithms(kind);
    }

    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
        return shm::make_shm_communicator(group);
    }
};

}  // namespace

std::unique_ptr<backend> make_shm_backend() {
    return std::make_unique<shm_backend>();
}

}  // namespace railgauge
