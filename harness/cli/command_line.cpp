#include "harness/cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/base/near_miss.hpp"
#include "harness/cli/help.hpp"
#include "harness/cli/say.hpp"
#include "harness/cli/verb.hpp"
#include "harness/cli/version.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

/// The help is docs/cli.md's, not what CLI11 would make of the flags.
class document_formatter : public CLI::FormatterBase {
public:
    std::string make_help(const CLI::App* app, std::string /*name*/,
                          CLI::AppFormatMode /*mode*/) const override {
        const bool is_verb = app->get_parent() != nullptr;
        return help_text(help_document(), is_verb ? app->get_name() : std::string());
    }
};

std::vector<std::string> flags_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

std::vector<std::string> verbs_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* verb : app.get_subcommands({})) names.push_back(verb->get_name());
    return names;
}

/// The verb that the user named, else the command itself.
const CLI::App& chosen_app(const CLI::App& app) {
    const auto parsed = app.get_subcommands();
    return parsed.empty() ? app : *parsed.front();
}

/// What to say about words that no flag and no verb expects.
std::string unexpected_words(const CLI::App& app) {
    const CLI::App& verb = chosen_app(app);
    const auto words = app.remaining(true);
    if (words.empty()) return "the command line has a word too many";
    // A flag that is not known leaves its value behind as a word: the flag is what is wrong, the
    // verb's own before those that may belong to another.
    auto own = verb.remaining();
    own.insert(own.end(), words.begin(), words.end());
    const auto flag = std::find_if(own.begin(), own.end(), [](const std::string& each) {
        return each.starts_with("-") && each != "--";
    });
    // "--bytse=8" stands there as one word.
    const std::string& first = flag != own.end() ? *flag : words.front();
    const std::string word = first.substr(0, first.find('='));
    if (word.starts_with('-')) {
        return fmt::format("unknown flag '{}'{}", word, did_you_mean(word, flags_of(verb)));
    }
    if (&verb == &app) {
        return fmt::format("unknown verb '{}'{}", word, did_you_mean(word, verbs_of(app)));
    }
    return fmt::format("'{}' takes no '{}'", verb.get_name(), word);
}

exit_status refuse(const CLI::App& app, const std::string& message, std::FILE* err) {
    const CLI::App& verb = chosen_app(app);
    const std::string where = &verb == &app ? "" : " " + verb.get_name();
    say(fmt::format("railgauge: {}\nSee 'railgauge{} --help'.\n", message, where), err);
    return exit_status::usage;
}

/// A fault stays with the stream, for `flushed` to report; fmt::print would throw.
void put(const std::string& text, std::FILE* out) {
    std::fwrite(text.data(), 1, text.size(), out);
}

/// Says so where the output did not reach its file (a full disk, a closed pipe).
exit_status flushed(std::FILE* out, std::FILE* err, exit_status status) {
    if (std::fflush(out) == 0 && std::ferror(out) == 0) return status;
    say(fmt::format("railgauge: writing the output failed; is the disk full?\n"), err);
    return status == exit_status::fine ? exit_status::cannot : status;
}

exit_status act(const verb_action& chosen, std::FILE* err) {
    try {
        return chosen();
    } catch (const error& failure) {
        say(fmt::format("railgauge: {}\n", printable_lines(failure.what())), err);
        return failure.status();
    } catch (const std::bad_alloc&) {
        say(fmt::format("railgauge: out of memory; measure smaller sizes or fewer ranks\n"), err);
        return exit_status::cannot;
    } catch (const std::exception& failure) {
        say(fmt::format("railgauge: {}\n", printable_lines(failure.what())), err);
        return exit_status::cannot;
    }
}

}  // namespace

exit_status run_command_line(int argc, const char* const* argv, std::FILE* out, std::FILE* err) {
    CLI::App app{"", "railgauge"};
    verb_action chosen;
    app.formatter(std::make_shared<document_formatter>());
    app.set_help_flag("-h,--help");
    app.set_version_flag("--version", version_text);
    app.require_subcommand(0, 1);
    add_run(app, {argv, argv + argc}, chosen);
    for (const auto add : {add_list, add_doctor, add_check, add_compare, add_gate, add_ab,
                           add_history, add_topo, add_convert, add_report})
        add(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        put(app.help(), out);
        return flushed(out, err, exit_status::fine);
    } catch (const CLI::CallForVersion&) {
        put(version_text(), out);
        return flushed(out, err, exit_status::fine);
    } catch (const CLI::ExtrasError&) {
        return refuse(app, unexpected_words(app), err);
    } catch (const CLI::ParseError& fault) {
        return refuse(app, fault.what(), err);
    } catch (const error& fault) {
        return refuse(app, fault.what(), err);
    }
    if (!chosen) {
        put(help_text(help_document(), ""), out);
        return flushed(out, err, exit_status::fine);
    }
    return flushed(out, err, act(chosen, err));
}

}  // namespace railgauge
