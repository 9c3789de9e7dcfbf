#include "harness/base/error.hpp"

#include <fmt/format.h>

#include <system_error>

namespace railgauge {

input_error::input_error(std::string_view file, std::uint64_t line, std::uint64_t column,
                         const std::string& message)
    : error(exit_status::usage, fmt::format("{}:{}:{}: {}", file, line, column, message)),
      line_(line),
      column_(column) {}

system_error::system_error(std::string_view call, int error_number, std::string_view advice)
    : error(exit_status::cannot,
            fmt::format("{}: {}{}{}", call, std::generic_category().message(error_number),
                        advice.empty() ? "" : "; ", advice)),
      error_number_(error_number) {}

}  // namespace railgauge
