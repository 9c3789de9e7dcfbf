# cmake -D INPUT=docs/cli.md -D OUTPUT=help_document.cpp -P this

file(READ "${INPUT}" DOCUMENT)
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
// Written by cmake/write_help_document.cmake from docs/cli.md.
#include "harness/cli/help.hpp"

namespace railgauge {

std::string_view help_document() noexcept {
    return R"railgauge(@DOCUMENT@)railgauge";
}

}  // namespace railgauge
]])
