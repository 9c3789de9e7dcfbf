// railgauge whose host operations take RAILGAUGE_SLOWDOWN times as long as they do: each rank waits
// after an execution for that much of what executions take. So a slowdown of a known size goes
// through all that measures, unlike one that is written into records. The registry's make_backends
// stays out because this program has one of its own.
//
// What an execution takes has in it that a rank waits for another that is waiting here. So the wait
// is that of the median of the last executions, and never more than that of twice the shortest:
// else from a factor of 2 on each wait would make the next one longer.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/backends/mpi/mpi_backend.hpp"
#include "harness/backends/registry.hpp"
#include "harness/backends/shm/shm_backend.hpp"
#include "harness/backends/ucx/ucx_backend.hpp"
#include "harness/base/clock.hpp"
#include "harness/cli/command_line.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/mpi_modules.hpp"

namespace railgauge {
namespace {

double slowdown() {
    const char* const factor = std::getenv("RAILGAUGE_SLOWDOWN");
    return factor == nullptr ? 1 : std::atof(factor);
}

class slowed_operation final : public operation {
public:
    explicit slowed_operation(std::unique_ptr<operation> real) : real_(std::move(real)) {}

    void execute() override {
        const std::uint64_t begin = clock_now();
        real_->execute();
        if (factor_ == 1) return;
        const std::uint64_t end = clock_now();
        const auto wait = (factor_ - 1) * usual(static_cast<double>(end - begin));
        const std::uint64_t until = end + static_cast<std::uint64_t>(wait);
        while (clock_now() < until) {
        }
    }
    [[nodiscard]] std::string_view algorithm() const noexcept override {
        return real_->algorithm();
    }
    [[nodiscard]] std::uint64_t chunk_bytes() const noexcept override {
        return real_->chunk_bytes();
    }
    [[nodiscard]] std::string_view protocol() const noexcept override { return real_->protocol(); }

private:
    double usual(double took) {
        last_[executions_++ % last_.size()] = took;
        shortest_ = executions_ == 1 ? took : std::min(shortest_, took);
        auto sorted = last_;
        const std::size_t known = std::min(executions_, sorted.size());
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(known / 2);
        std::nth_element(sorted.begin(), middle,
                         sorted.begin() + static_cast<std::ptrdiff_t>(known));
        return std::min(*middle, 2 * shortest_);
    }

    std::unique_ptr<operation> real_;
    double factor_ = slowdown();
    std::array<double, 15> last_{};
    std::size_t executions_ = 0;
    double shortest_ = 0;
};

class slowed_communicator final : public communicator {
public:
    explicit slowed_communicator(std::unique_ptr<communicator> real) : real_(std::move(real)) {}

    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return real_->supports(spec);
    }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind kind) const override {
        return real_->algorithms(kind);
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return real_->allocate(bytes);
    }
    [[nodiscard]] std::unique_ptr<memory> allocate_for(const operation_spec& spec, buffer_role role,
                                                       std::size_t bytes) override {
        return real_->allocate_for(spec, role, bytes);
    }
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override {
        return std::make_unique<slowed_operation>(real_->prepare(spec, input, output));
    }
    [[nodiscard]] std::string transport() const override { return real_->transport(); }
    [[nodiscard]] std::int64_t init_ns() const noexcept override { return real_->init_ns(); }

private:
    std::unique_ptr<communicator> real_;
};

class slowed_backend final : public backend {
public:
    explicit slowed_backend(std::unique_ptr<backend> real) : real_(std::move(real)) {}

    [[nodiscard]] std::string_view name() const noexcept override { return real_->name(); }
    [[nodiscard]] std::string_view description() const noexcept override { return "slowed down"; }
    [[nodiscard]] std::string version() const override { return real_->version(); }
    [[nodiscard]] availability available() const override { return real_->available(); }
    [[nodiscard]] bool needs_mpi_launcher() const noexcept override {
        return real_->needs_mpi_launcher();
    }
    [[nodiscard]] std::string unfit_for(const world& group) const override {
        return real_->unfit_for(group);
    }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override {
        return real_->known_algorithms(kind);
    }
    void set_deadlines(std::chrono::nanoseconds step, std::chrono::nanoseconds start) override {
        real_->set_deadlines(step, start);
    }
    void join(const world& job) override { real_->join(job); }
    void split(world& job, int color, int key, const world* group) override {
        real_->split(job, color, key, group);
    }
    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
        return std::make_unique<slowed_communicator>(real_->make_communicator(group));
    }

private:
    std::unique_ptr<backend> real_;
};

}  // namespace

std::vector<std::unique_ptr<backend>> make_backends() {
    const auto module = choose_mpi_module(find_mpi_modules(), read_launcher_environment());
    std::vector<std::unique_ptr<backend>> backends;
    backends.push_back(std::make_unique<slowed_backend>(make_shm_backend()));
    backends.push_back(std::make_unique<slowed_backend>(make_ucx_backend()));
    backends.push_back(std::make_unique<slowed_backend>(
        std::make_unique<mpi_backend>(module ? module->path : std::string())));
    return backends;
}

}  // namespace railgauge

int main(int argc, char** argv) {
    return static_cast<int>(railgauge::run_command_line(argc, argv, stdout, stderr));
}
