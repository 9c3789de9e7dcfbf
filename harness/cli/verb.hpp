// What a verb is to the command line: a function that adds its subcommand with its flags, and what
// to do when the user chose it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/base/exit_status.hpp"

// CLI11 is a large header: verbs include it in their .cpp only.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace railgauge {

/// What main() has to do, set by the chosen subcommand's callback. The action may throw
/// railgauge::error; main() turns it into a message and its status.
using verb_action = std::function<exit_status()>;

/// Each adds one subcommand to `app`, whose callback sets `chosen`. Flags are declared without
/// description: the help is the verb's section in docs/cli.md.
/// `command` is argv: the record keeps it, and mpiexec is given it again.
void add_run(CLI::App& app, const std::vector<std::string>& command, verb_action& chosen);
void add_list(CLI::App& app, verb_action& chosen);
void add_doctor(CLI::App& app, verb_action& chosen);
void add_check(CLI::App& app, verb_action& chosen);
void add_topo(CLI::App& app, verb_action& chosen);
void add_compare(CLI::App& app, verb_action& chosen);
void add_gate(CLI::App& app, verb_action& chosen);
void add_ab(CLI::App& app, verb_action& chosen);
void add_history(CLI::App& app, verb_action& chosen);
void add_convert(CLI::App& app, verb_action& chosen);
void add_report(CLI::App& app, verb_action& chosen);

}  // namespace railgauge
