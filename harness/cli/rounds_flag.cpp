#include "harness/cli/rounds_flag.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace railgauge {

CLI::Option* add_of_rounds(CLI::App& verb, round_value& value) {
    const std::string median(name_of(round_value::median));
    const std::string fastest(name_of(round_value::fastest));
    const auto take = [&value](const std::string& word) {
        value = round_value_from(word).value_or(value);  // the check refuses other words
    };
    return verb.add_option_function<std::string>("--of-rounds", take)
        ->check(CLI::IsMember({median, fastest}));
}

}  // namespace railgauge
