// `railgauge ab`.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <random>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/base/words.hpp"
#include "harness/cli/ab_output.hpp"
#include "harness/cli/rounds_flag.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/verb.hpp"
#include "harness/launch/job_environment.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

struct ab_flags {
    std::array<std::string, 2> sides;
    std::array<std::string, 2> binaries;
    std::string launcher;
    std::size_t launches = 12;
    std::string budget;
    std::string margin = "3%";
    round_value of_rounds = round_value::median;
    std::string out;
    std::optional<std::uint64_t> seed;
    std::size_t points = 40;
    bool json = false;
    bool verbose = false;
    bool dry_run = false;
    std::vector<std::string> rest;
};

// ab starts the ranks of every launch; under a launcher each rank would do so.
void refuse_launchers() {
    const launcher_environment launcher = read_launcher_environment();
    std::string who = launcher.name;
    if (who.empty()) {
        if (const auto job = read_job_environment()) who = job->source;
    }
    if (who.empty()) return;
    throw usage_error(fmt::format(
        "ab starts the ranks of each launch itself, and cannot do so as a rank of {}: run it "
        "without a launcher, with '-- run --ranks N' or '--hosts LIST' for its ranks, or hand it "
        "the launcher (--launcher 'mpiexec -n 16')",
        who));
}

std::string default_folder() {
    std::string time = utc_now().substr(0, 19);
    std::erase_if(time, [](char each) { return each == '-' || each == ':'; });
    std::string folder = fmt::format("railgauge-ab-{}Z", time);
    for (int next = 2; fs::exists(folder); ++next) {
        folder = fmt::format("railgauge-ab-{}Z-{}", time, next);
    }
    return folder;
}

// Launches of another experiment in the same folder would be taken for this one's.
void refuse_used_folder(const std::string& folder) {
    for (const char* const side : {"a", "b"}) {
        std::error_code fault;
        const fs::path path = fs::path(folder) / side;
        if (fs::exists(path, fault) && !fs::is_empty(path, fault)) {
            throw usage_error(
                fmt::format("--out: {} is not empty; name a new folder", path.string()));
        }
    }
}

void require_program(const std::string& flag, const std::string& path) {
    if (path.empty() || (::access(path.c_str(), X_OK) == 0 && !fs::is_directory(path))) return;
    throw usage_error(fmt::format("{}: {} is no program that can be started", flag, path));
}

ab_setup setup_of(const ab_flags& flags) {
    ab_setup setup;
    setup.common = flags.rest;
    setup.launcher = split_words(flags.launcher);
    require_program("--a-binary", flags.binaries[0]);
    require_program("--b-binary", flags.binaries[1]);
    setup.sides = {parse_side("A", flags.sides[0], flags.binaries[0]),
                   parse_side("B", flags.sides[1], flags.binaries[1])};
    setup.looks.most_pairs = flags.launches;
    setup.looks.margin = parse_share(flags.margin);
    setup.of_rounds = flags.of_rounds;
    if (!flags.budget.empty()) setup.budget = parse_duration(flags.budget);
    setup.seed = flags.seed ? *flags.seed : std::random_device()();
    setup.verbose = flags.verbose;
    setup.folder = flags.out.empty() ? default_folder() : flags.out;
    for (const ab_side& side : setup.sides) (void)launch_flags(setup.common, side);
    return setup;
}

exit_status print_launches(const ab_setup& setup) {
    for (std::size_t side = 0; side < 2; ++side) {
        std::vector<std::string> words;
        for (const auto& [name, value] : setup.sides[side].environment) {
            words.push_back(name + "=" + value);
        }
        const auto rest = launch_words(setup, side, launch_file(setup, side, 0));
        words.insert(words.end(), rest.begin(), rest.end());
        fmt::print("{}: {}\n", setup.sides[side].name, join_words(words));
    }
    fmt::print("at most {} launches a side; looks after", setup.looks.most_pairs);
    for (const look& one : plan_looks(setup.looks.most_pairs, setup.looks.alpha)) {
        fmt::print(" {}", one.pairs);
    }
    fmt::print(" pairs\n");
    return exit_status::fine;
}

void warn(const ab_setup& setup) {
    if (setup.sides[0].same_as(setup.sides[1])) {
        say("railgauge: A and B are the same: what will be called different is chance\n");
    }
    const std::size_t needed =
        least_pairs(plan_looks(setup.looks.most_pairs, setup.looks.alpha).back().alpha / 2, false);
    if (setup.looks.most_pairs >= needed) return;
    say(fmt::format("railgauge: with {} launches a side no verdict is possible; {} are needed\n",
                    setup.looks.most_pairs, needed));
}

exit_status ab(const ab_flags& flags) {
    refuse_launchers();
    const ab_setup setup = setup_of(flags);
    if (flags.dry_run) return print_launches(setup);
    refuse_used_folder(setup.folder);
    // A reader that goes away ends the text, not the measurement.
    std::signal(SIGPIPE, SIG_IGN);
    warn(setup);
    const ab_outcome outcome = run_experiment(setup);
    const std::string json = ab_json(setup, outcome);
    const std::string file = setup.folder + "/ab.json";
    if (!(std::ofstream(file, std::ios::binary) << json).flush()) {
        throw system_error("write(" + file + ")", errno);
    }
    fmt::print("{}", flags.json ? json : ab_text(setup, outcome, flags.points));
    const exit_status status = status_of(outcome);
    if (outcome.status != exit_status::fine) say(fmt::format("railgauge: {}\n", outcome.reason));
    return status;
}

}  // namespace

void add_ab(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("ab");
    const auto flags = std::make_shared<ab_flags>();
    verb->add_option("--a", flags->sides[0]);
    verb->add_option("--b", flags->sides[1]);
    verb->add_option("--a-binary", flags->binaries[0]);
    verb->add_option("--b-binary", flags->binaries[1]);
    verb->add_option("--launcher", flags->launcher);
    verb->add_option("--launches", flags->launches)->check(CLI::Range(1, 1000));
    verb->add_option("--budget", flags->budget);
    verb->add_option("--margin", flags->margin);
    verb->add_option("--out", flags->out);
    verb->add_option("--seed", flags->seed);
    add_of_rounds(*verb, flags->of_rounds);
    verb->add_option("--points", flags->points)->check(CLI::Range(0, 1'000'000'000));
    verb->add_flag("--json", flags->json);
    verb->add_flag("--verbose", flags->verbose);
    verb->add_flag("--dry-run", flags->dry_run);
    verb->add_option("RUN", flags->rest);
    verb->callback([&chosen, flags] { chosen = [flags] { return ab(*flags); }; });
}

}  // namespace railgauge
