// railgauge with a shm backend that spoils data: after RAILGAUGE_CORRUPT_AFTER executions of an
// operation, a bit of element 5 of rank 1's output is wrong. The registry's make_backends stays out
// because this program has one of its own.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/backends/registry.hpp"
#include "harness/backends/shm/shm_backend.hpp"
#include "harness/cli/command_line.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {
namespace {

constexpr std::uint64_t spoiled_element = 5;
constexpr int spoiled_rank = 1;

class corrupting_operation final : public operation {
public:
    corrupting_operation(std::unique_ptr<operation> real, std::byte* target)
        : real_(std::move(real)), target_(target) {
        const char* after = std::getenv("RAILGAUGE_CORRUPT_AFTER");
        left_ = after == nullptr ? 0 : std::atol(after);
    }

    void execute() override {
        real_->execute();
        if (target_ != nullptr && left_-- <= 0) *target_ ^= std::byte{0x40};
    }
    [[nodiscard]] std::string_view algorithm() const noexcept override {
        return real_->algorithm();
    }

private:
    std::unique_ptr<operation> real_;
    std::byte* target_;
    long left_ = 0;
};

class corrupting_communicator final : public communicator {
public:
    corrupting_communicator(std::unique_ptr<communicator> real, const world& group)
        : real_(std::move(real)), rank_(group.rank()), ranks_(group.size()) {}

    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return real_->supports(spec);
    }
    [[nodiscard]] std::vector<std::string> algorithms(operation_kind kind) const override {
        return real_->algorithms(kind);
    }
    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return real_->allocate(bytes);
    }
    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override {
        const bool spoils =
            rank_ == spoiled_rank && output_elements(spec, rank_, ranks_) > spoiled_element;
        std::byte* target = spoils ? output.data() + spoiled_element * size_of(spec.type) : nullptr;
        return std::make_unique<corrupting_operation>(real_->prepare(spec, input, output), target);
    }

private:
    std::unique_ptr<communicator> real_;
    int rank_;
    int ranks_;
};

class corrupting_backend final : public backend {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return real_->name(); }
    [[nodiscard]] std::string_view description() const noexcept override { return "spoils data"; }
    [[nodiscard]] std::string version() const override { return real_->version(); }
    [[nodiscard]] availability available() const override { return real_->available(); }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind kind) const override {
        return real_->known_algorithms(kind);
    }
    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world& group) override {
        return std::make_unique<corrupting_communicator>(real_->make_communicator(group), group);
    }

private:
    std::unique_ptr<backend> real_ = make_shm_backend();
};

}  // namespace

std::vector<std::unique_ptr<backend>> make_backends() {
    std::vector<std::unique_ptr<backend>> backends;
    backends.push_back(std::make_unique<corrupting_backend>());
    return backends;
}

}  // namespace railgauge

int main(int argc, char** argv) {
    return static_cast<int>(railgauge::run_command_line(argc, argv, stdout, stderr));
}
