// `railgauge gate`.

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/report_files.hpp"
#include "harness/cli/rounds_flag.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/verb.hpp"
#include "harness/report/gate_views.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

struct gate_flags {
    std::string baseline;
    std::string candidate;
    std::string least_effect = "3%";
    std::string must_detect = "30%";
    std::string accept;
    std::string by;
    std::string markdown;
    std::string junit;
    std::size_t launches = 0;
    std::size_t points = 40;
    round_value of_rounds = round_value::median;
    bool accepts = false;
    bool calibrates = false;
    bool json = false;
};

void check(const gate_flags& flags) {
    if (flags.calibrates) {
        if (!flags.candidate.empty() || flags.accepts || !flags.markdown.empty() ||
            !flags.junit.empty()) {
            throw usage_error(
                "--calibrate looks at the baseline alone; leave --candidate, --accept, "
                "--markdown and --junit away");
        }
        return;
    }
    if (flags.candidate.empty()) {
        throw usage_error("--candidate is missing (only --calibrate needs none)");
    }
    if (flags.launches != 0) throw usage_error("--launches belongs to --calibrate");
    if (flags.accepts && flags.accept.empty()) {
        throw usage_error("--accept: say why, for those who come later");
    }
    if (!flags.by.empty() && !flags.accepts) throw usage_error("--by belongs to --accept");
}

std::string login_name() {
    const passwd* const user = getpwuid(geteuid());
    return user == nullptr ? std::to_string(geteuid()) : std::string(user->pw_name);
}

exit_status show_calibration(const gate_flags& flags, const result_set& baseline,
                             point_table& table, const gate_options& options) {
    const calibration found = calibrate(baseline, table, options, flags.launches);
    fmt::print("{}", flags.json ? calibration_json(found, baseline)
                                : calibration_text(found, baseline, options, flags.points));
    return exit_status::fine;
}

// True where something was accepted, which the next gate lets pass.
bool accept(const gate_flags& flags, const gate_result& result) {
    const std::string who = flags.by.empty() ? login_name() : flags.by;
    const auto accepted =
        acceptances_of(result, {{}, 1, who, utc_now(), flags.accept, flags.of_rounds});
    if (accepted.empty()) {
        say("railgauge: nothing to accept: nothing is slower than its threshold\n");
        return false;
    }
    add_acceptances(flags.baseline, accepted);
    say(fmt::format("Accepted by {}: {} points and classes, kept in {}\n", printable(who),
                    accepted.size(), printable(acceptance_file(flags.baseline))));
    return true;
}

// A wrong path in CI would be green for ever.
void require_other_runs(const result_set& baseline, const result_set& candidate) {
    for (const set_run& one : candidate.runs) {
        for (const set_run& known : baseline.runs) {
            if (one.header.run_id != known.header.run_id) continue;
            throw usage_error(fmt::format(
                "--candidate: run {} of '{}' is in the baseline as well ('{}'); a candidate is "
                "measured anew",
                one.header.run_id, one.file, known.file));
        }
    }
}

exit_status gate_sets(const gate_flags& flags) {
    check(flags);
    gate_options options;
    options.least_effect = parse_share(flags.least_effect);
    options.must_detect = parse_share(flags.must_detect);
    if (options.must_detect <= options.least_effect) {
        throw usage_error("--must-detect has to be more than --min-effect");
    }
    point_table table;
    const result_set baseline = load_set(flags.baseline, {flags.baseline}, table, flags.of_rounds);
    if (flags.calibrates) return show_calibration(flags, baseline, table, options);
    const result_set candidate =
        load_set(flags.candidate, {flags.candidate}, table, flags.of_rounds);
    require_other_runs(baseline, candidate);
    const auto judge = [&] {
        return gate(baseline, candidate, table, read_acceptances(flags.baseline), options);
    };
    gate_result result = judge();
    // What is shown, and the status, are those of a gate that knows what was accepted.
    if (flags.accepts && accept(flags, result)) result = judge();
    const gate_view view{result, baseline, candidate, options};
    fmt::print("{}", flags.json ? gate_json(view) : gate_text(view, flags.points));
    if (!flags.markdown.empty()) write_whole({flags.markdown, gate_markdown(view)});
    if (!flags.junit.empty()) write_whole({flags.junit, gate_junit(view)});
    return result.status;
}

}  // namespace

void add_gate(CLI::App& app, verb_action& chosen) {
    CLI::App* const verb = app.add_subcommand("gate");
    const auto flags = std::make_shared<gate_flags>();
    verb->add_option("--baseline", flags->baseline)->required();
    verb->add_option("--candidate", flags->candidate);
    verb->add_option("--min-effect", flags->least_effect);
    verb->add_option("--must-detect", flags->must_detect);
    verb->add_flag("--calibrate", flags->calibrates);
    verb->add_option("--launches", flags->launches)->check(CLI::Range(1, 1'000'000));
    CLI::Option* const accepts = verb->add_option("--accept", flags->accept);
    verb->add_option("--by", flags->by);
    verb->add_option("--markdown", flags->markdown);
    verb->add_option("--junit", flags->junit);
    add_of_rounds(*verb, flags->of_rounds);
    verb->add_option("--points", flags->points)->check(CLI::Range(0, 1'000'000'000));
    verb->add_flag("--json", flags->json);
    verb->callback([&chosen, flags, accepts] {
        flags->accepts = accepts->count() > 0;
        chosen = [flags] { return gate_sets(*flags); };
    });
}

}  // namespace railgauge
