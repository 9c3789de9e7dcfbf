#include "harness/backends/mpi/mpi_backend.hpp"

#include <unistd.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "harness/backends/mpi/mpi_operations.hpp"
#include "harness/backends/mpi/private_memory.hpp"
#include "harness/base/dynamic_library.hpp"
#include "harness/base/error.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/mpiexec_command.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {
namespace {

class mpi_communicator final : public communicator {
public:
    mpi_communicator(dynamic_library module, std::unique_ptr<mpi_group> group)
        : module_(std::move(module)), group_(std::move(group)) {}

    [[nodiscard]] capability supports(const operation_spec& spec) const override {
        return group_->supports(spec);
    }

    [[nodiscard]] std::vector<std::string> algorithms(operation_kind) const override {
        return {"library"};
    }

    [[nodiscard]] std::unique_ptr<memory> allocate(std::size_t bytes) override {
        return std::make_unique<private_memory>(bytes);
    }

    [[nodiscard]] std::unique_ptr<operation> prepare(const operation_spec& spec, memory& input,
                                                     memory& output) override {
        return group_->prepare(spec, input.data(), output.data());
    }

private:
    dynamic_library module_;  // before group_: its code frees the group
    std::unique_ptr<mpi_group> group_;
};

std::vector<std::int32_t> world_ranks_of(world& group, std::int32_t mine) {
    std::vector<std::int32_t> ranks(static_cast<std::size_t>(group.size()));
    const bool root = group.rank() == 0;
    group.gather(std::as_bytes(std::span(&mine, 1)),
                 root ? std::as_writable_bytes(std::span(ranks)) : std::span<std::byte>(), 0);
    group.broadcast(std::as_writable_bytes(std::span(ranks)), 0);
    return ranks;
}

// Of railgauge_mpi_<flavour>.so.
std::string flavour_of(const std::string& path) {
    constexpr std::string_view before = "railgauge_mpi_";
    const std::size_t at = path.rfind(before);
    if (at == std::string::npos) return "custom";
    const std::size_t begin = at + before.size();
    return path.substr(begin, path.find('.', begin) - begin);
}

}  // namespace

mpi_backend::mpi_backend(std::string module_path) : module_path_(std::move(module_path)) {}

const mpi_module_answer& mpi_backend::probe() const {
    if (probe_) return *probe_;
    const mpi_module module{.flavour = {}, .path = module_path_};
    // A rank under MPI has the module open, and must not fork any more.
    if (is_open(module)) {
        probe_ = mpi_module_answer{.version = open_mpi_module(module).version(), .problem = {}};
    } else {
        probe_ = ask_mpi_module(module);
    }
    return *probe_;
}

std::string mpi_backend::version() const {
    return module_path_.empty() ? std::string() : probe().version;
}

availability mpi_backend::available() const {
    if (module_path_.empty()) {
        return {.available = false,
                .reason =
                    "no MPI was found when railgauge was built: install one with its headers "
                    "(Debian: libmpich-dev and mpich, or libopenmpi-dev and openmpi-bin) and "
                    "build again"};
    }
    if (access(module_path_.c_str(), R_OK) != 0) {
        return {.available = false,
                .reason = module_path_ + " is missing: build or install railgauge again"};
    }
    if (!read_launcher_environment().present() && !find_mpiexec(flavour_of(module_path_))) {
        return {.available = false,
                .reason =
                    "no launcher of this MPI is in PATH: install mpich or openmpi-bin, or name "
                    "one in RAILGAUGE_MPIEXEC"};
    }
    if (!probe().problem.empty()) {
        return {.available = false,
                .reason = probe().problem +
                          "; install the MPI library that railgauge was built "
                          "with (Debian: libmpich12 or libopenmpi3)"};
    }
    return {};
}

std::string mpi_backend::unfit_for(const world& group) const {
    if (group.meeting() != "environment") return {};
    return "the ranks met by the environment, and MPI needs its own launcher: start them with "
           "mpiexec, mpirun, or srun with --mpi=pmix or --mpi=pmi2";
}

std::vector<std::string> mpi_backend::known_algorithms(operation_kind kind) const {
    if (is_device_kind(kind)) return {};
    return {"library"};
}

std::unique_ptr<communicator> mpi_backend::make_communicator(world& group) {
    if (module_path_.empty()) throw capability_error("mpi: " + available().reason);
    dynamic_library module(module_path_);
    auto* const factory = module.function<mpi_operations*()>("railgauge_mpi_operations");
    if (factory == nullptr) {
        throw capability_error("mpi: " + module_path_ + " is not a module of railgauge");
    }
    mpi_operations* const library = factory();
    if (!library->ready()) {
        throw capability_error(
            "mpi: MPI is not initialised in this process; start the ranks with the launcher of the "
            "same MPI library (mpiexec -n 2 railgauge run --backend mpi)");
    }
    const std::vector<std::int32_t> ranks = world_ranks_of(group, library->world_rank());
    return std::make_unique<mpi_communicator>(std::move(module), library->make_group(ranks));
}

}  // namespace railgauge
