// `railgauge topo`.

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/cli/topo_actions.hpp"
#include "harness/cli/verb.hpp"

namespace railgauge {
namespace {

exit_status act(const topo_options& options) {
    if (options.action == "bound") return topo_bound(options);
    if (options.action == "show") return topo_show(options);
    if (options.action == "diff") return topo_diff(options);
    if (options.action == "path") return topo_path(options);
    return topo_discover(options);
}

}  // namespace

void add_topo(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("topo");
    const auto options = std::make_shared<topo_options>();
    verb->add_option("ACTION", options->action)
        ->required()
        ->check(CLI::IsMember({"bound", "show", "diff", "path", "discover"}));
    verb->add_option("FILE", options->words);
    verb->add_option("--op", options->operations)->delimiter(',');
    verb->add_option("--bytes", options->bytes);
    verb->add_option("--ranks", options->ranks)->check(CLI::Range(1, 1'000'000'000));
    verb->add_option("--placement", options->placement);
    verb->add_option("--root,-r", options->root)->check(CLI::Range(0, 1'000'000'000));
    verb->add_option("--memory", options->memory)->check(CLI::IsMember({"device", "host"}));
    verb->add_option("--from", options->from)
        ->check(CLI::IsMember({"nccl-xml", "hwloc", "ibnetdiscover", "slurm"}));
    verb->add_option("--port", options->port);
    verb->add_option("--nics", options->nics)->check(CLI::Range(1, 1024));
    verb->add_option("--gpus-per-host", options->gpus_per_host)->check(CLI::Range(1, 1024));
    verb->add_option("--name", options->name);
    verb->add_option("--meeting", options->meeting)->check(CLI::IsMember({"mpi", "env"}));
    verb->add_option("--management", options->management)->envname("RAILGAUGE_MANAGEMENT");
    verb->add_flag("--json", options->json);
    verb->add_flag("--sources", options->sources);
    verb->callback([options, &chosen] { chosen = [options] { return act(*options); }; });
}

}  // namespace railgauge
