#include "harness/launch/job_environment.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/launch/node_list.hpp"

namespace railgauge {

namespace {

/// Derived ports lie below those that systems give to outgoing connections (from 32768 on).
constexpr std::uint64_t first_port = 15000;
constexpr std::uint64_t port_count = 15000;

class reader {
public:
    explicit reader(const variable_reader& get) : get_(get) {}

    [[nodiscard]] std::optional<std::string> text(const char* name) const {
        const char* value = get_ ? get_(name) : std::getenv(name);
        return value != nullptr && *value != '\0' ? std::optional<std::string>(value)
                                                  : std::nullopt;
    }

    [[nodiscard]] std::string text_or(const char* name, const char* otherwise) const {
        return text(name).value_or(otherwise);
    }

    /// Throws usage_error for what is no whole number from `least` to `most`.
    [[nodiscard]] std::optional<int> number(const char* name, int least, int most) const {
        const auto value = text(name);
        if (!value) {
            return std::nullopt;
        }
        int result = 0;
        const char* end = value->data() + value->size();
        const auto [next, code] = std::from_chars(value->data(), end, result);
        if (code != std::errc{} || next != end || result < least || result > most) {
            throw usage_error(
                fmt::format("{}={} in the environment: expected a whole number from "
                            "{} to {}",
                            name, *value, least, most));
        }
        return result;
    }

private:
    const variable_reader& get_;
};

constexpr int most_ranks = 10'000'000;

void check_rank(const char* name, int rank, int size) {
    if (rank >= size) {
        throw usage_error(
            fmt::format("{}={} in the environment of a job of {} processes: ranks "
                        "are counted from 0",
                        name, rank, size));
    }
}

std::uint16_t port_of(const reader& variables, std::optional<int> derived) {
    if (const auto given = variables.number("RAILGAUGE_PORT", 1, 65535)) {
        return static_cast<std::uint16_t>(*given);
    }
    const auto master = variables.number("MASTER_PORT", 1, 65535);
    if (master) {
        // torchrun's agent listens on this port itself then, for all of its workers.
        const bool taken = variables.text_or("TORCHELASTIC_USE_AGENT_STORE", "") == "True";
        return static_cast<std::uint16_t>(taken ? (*master == 65535 ? 65534 : *master + 1)
                                                : *master);
    }
    return static_cast<std::uint16_t>(derived.value_or(0));
}

[[noreturn]] void refuse_incomplete(const char* missing, const std::string& source) {
    throw usage_error(fmt::format(
        "{} in the environment describe a job of several processes, but {} is not set: set it to "
        "rank 0's {} on every rank, or unset RANK and WORLD_SIZE",
        source, missing,
        std::string_view(missing) == "MASTER_ADDR" ? "host" : "port (any free one)"));
}

std::optional<job_environment> of_torch(const reader& variables) {
    if (!variables.text("RANK") || !variables.text("WORLD_SIZE")) {
        return std::nullopt;
    }
    job_environment job;
    job.source = "RANK and WORLD_SIZE";
    job.size = *variables.number("WORLD_SIZE", 1, most_ranks);
    job.rank = *variables.number("RANK", 0, most_ranks);
    if (job.size == 1) {
        return std::nullopt;
    }
    check_rank("RANK", job.rank, job.size);
    job.local_rank = variables.number("LOCAL_RANK", 0, most_ranks);
    job.local_size = variables.number("LOCAL_WORLD_SIZE", 1, most_ranks);
    job.master = variables.text_or("MASTER_ADDR", "");
    job.port = port_of(variables, std::nullopt);
    if (job.master.empty()) {
        refuse_incomplete("MASTER_ADDR", job.source);
    }
    if (job.port == 0) {
        refuse_incomplete("MASTER_PORT", job.source);
    }
    job.job =
        fmt::format("{} {} {} {}:{}", variables.text_or("TORCHELASTIC_RUN_ID", ""),
                    variables.text_or("SLURM_JOB_ID", ""), variables.text_or("SLURM_STEP_ID", ""),
                    variables.text_or("MASTER_PORT", ""), job.port);
    return job;
}

std::optional<job_environment> of_slurm(const reader& variables) {
    // A batch script's own environment has SLURM_PROCID as well; only srun makes a step.
    const auto size = variables.number("SLURM_STEP_NUM_TASKS", 1, most_ranks);
    if (!size || *size == 1 || !variables.text("SLURM_PROCID")) {
        return std::nullopt;
    }
    job_environment job;
    job.source = "srun";
    job.size = *size;
    job.rank = *variables.number("SLURM_PROCID", 0, most_ranks);
    check_rank("SLURM_PROCID", job.rank, job.size);
    job.local_rank = variables.number("SLURM_LOCALID", 0, most_ranks);
    if (const auto nodes = variables.number("SLURM_STEP_NUM_NODES", 1, most_ranks)) {
        job.local_size = (job.size + *nodes - 1) / *nodes;
    }
    const std::string id = variables.text_or("SLURM_JOB_ID", "");
    const std::string step = variables.text_or("SLURM_STEP_ID", "0");
    std::uint64_t mixed = 0;
    for (const char letter : id + "." + step) {
        mixed = mixed * 131 + static_cast<unsigned char>(letter);
    }
    job.port = port_of(variables, static_cast<int>(first_port + mixed % port_count));
    job.master = variables.text_or("MASTER_ADDR", "");
    if (job.master.empty()) {
        // srun deals tasks to its nodes in this order, whether by block or in turns.
        const auto nodes = variables.text("SLURM_STEP_NODELIST");
        const auto list = nodes ? nodes : variables.text("SLURM_JOB_NODELIST");
        if (!list) {
            throw usage_error(
                "srun's environment has neither SLURM_STEP_NODELIST nor SLURM_JOB_NODELIST, so "
                "rank 0's host is unknown: set MASTER_ADDR to it");
        }
        job.master = expand_node_list(*list).front();
    }
    job.job = fmt::format("slurm {} {}", id, step);
    return job;
}

}  // namespace

std::optional<job_environment> read_job_environment(const variable_reader& get) {
    const reader variables(get);
    auto job = of_torch(variables);
    if (!job) {
        job = of_slurm(variables);
    }
    return job;
}

meeting_kind choose_meeting(const std::string& asked, const launcher_environment& launcher,
                            const variable_reader& get) {
    if (asked == "env") {
        if (!read_job_environment(get)) {
            throw usage_error(
                "--meeting env: the environment describes no job of several processes; every rank "
                "needs RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT (or must be started by srun)");
        }
        return meeting_kind::environment;
    }
    const bool several = launcher.size.value_or(1) > 1;
    if (asked == "mpi") {
        if (!launcher.present()) {
            throw usage_error(
                "--meeting mpi: no MPI launcher started this process; start it with mpiexec, "
                "mpirun or srun, or use --hosts");
        }
        return meeting_kind::mpi;
    }
    if (launcher.present() && several && launcher.serves_mpi) {
        return meeting_kind::mpi;
    }
    if (read_job_environment(get)) {
        return meeting_kind::environment;
    }
    // One process under srun or a batch script's own environment is no job of ranks.
    return launcher.present() && several ? meeting_kind::mpi : meeting_kind::forked;
}

}  // namespace railgauge
