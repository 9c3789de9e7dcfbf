#include "harness/cli/run_options.hpp"

#include <CLI/CLI.hpp>

namespace railgauge {

void declare_run_flags(CLI::App& verb, run_options& into) {
    verb.add_option("--ranks", into.ranks)->check(CLI::Range(1, 100'000));
    verb.add_option("--backend", into.backends)->delimiter(',');
    verb.add_option("--op", into.operations)->delimiter(',');
    verb.add_option("--bytes", into.bytes);
    verb.add_option("--dtype,-d", into.types);
    verb.add_option("--redop,-o", into.redops);
    verb.add_option("--root,-r", into.roots)->delimiter(',');
    verb.add_flag("--in-place", into.in_place);
    verb.add_option("--algorithm", into.algorithms)->delimiter(',');
    verb.add_option("--timing", into.timing)
        ->check(CLI::IsMember({"isolated", "streamed", "both"}));
    verb.add_option("--window", into.windows);
    verb.add_option("--memory", into.memories);
    verb.add_option("--graph", into.graph)->check(CLI::IsMember({"off", "on", "both"}));
    verb.add_option("--registration", into.registrations);
    verb.add_option("--streams", into.streams);
    verb.add_option("--host-memory", into.host_memories);
    verb.add_option("--host-numa", into.host_numas);
    verb.add_option("--load", into.loads);
    verb.add_option("--groups", into.groups);
    verb.add_option("--rounds", into.rounds)->check(CLI::Range(1, 1'000'000'000));
    verb.add_option("--precision", into.precision);
    verb.add_option("--budget", into.budget);
    verb.add_option("--iterations,-n", into.iterations)->check(CLI::Range(1, 1'000'000'000));
    verb.add_option("--warm-up,-w", into.warm_up)->check(CLI::Range(0, 1'000'000'000));
    verb.add_option("--launches", into.launches)->check(CLI::Range(1, 100'000));
    verb.add_option("--for", into.soak);
    verb.add_option("--deadline", into.deadline);
    verb.add_option("--start-deadline", into.start_deadline);
    verb.add_option("--hosts", into.hosts);
    verb.add_option("--meeting", into.meeting)->check(CLI::IsMember({"mpi", "env"}));
    verb.add_option("--management", into.management)->envname("RAILGAUGE_MANAGEMENT");
    verb.add_option("--suite", into.suite);
    verb.add_option("--out", into.out);
    verb.add_option("--resume", into.resume);
    verb.add_option("--topology", into.topology);
    verb.add_option("--expect", into.expectations);
    verb.add_option("--format", into.format)
        ->check(CLI::IsMember({"table", "csv", "json", "nccl-tests"}));
    verb.add_flag("--no-verify", into.no_verify);
    verb.add_flag("--no-pin", into.no_pin);
    verb.add_flag("--dry-run", into.dry_run);
    verb.add_option("--nccl-library", into.nccl_library);
    verb.add_flag("--share-gpu", into.share_gpu);
    verb.add_option("--gpus-per-rank,-g", into.gpus_per_rank)
        ->check(CLI::Range(1, most_gpus_per_rank));
    verb.add_flag("--clamp-memory", into.clamp_memory);
    verb.add_option("-b", into.min_bytes);
    verb.add_option("-e", into.max_bytes);
    verb.add_option("-f", into.factor)->check(CLI::Range(1, 1'000'000'000));
    verb.add_option("-i", into.step_bytes);
    verb.add_option("-c", into.check)->check(CLI::Range(0, 1));
}

}  // namespace railgauge
