#include "harness/cli/rounds_flag.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace railgauge {

void add_of_rounds(CLI::App& verb, round_value& value) {
    const std::string fastest(name_of(round_value::fastest));
    verb.add_option_function<std::string>("--of-rounds",
                                          [&value, fastest](const std::string& word) {
                                              value = word == fastest ? round_value::fastest
                                                                      : round_value::median;
                                          })
        ->check(CLI::IsMember({std::string(name_of(round_value::median)), fastest}));
}

}  // namespace railgauge
