// The one base of all exceptions, and one kind for each thing that can fail.
//
// An error's text names the failing call, the cause in words, and what to do about it. Only cli/
// turns an error into a message and an exit status.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "harness/base/exit_status.hpp"

namespace railgauge {

class error : public std::runtime_error {
public:
    error(exit_status status, const std::string& message)
        : std::runtime_error(message), status_(status) {}

    /// The status that the command ends with when nothing handles this error.
    [[nodiscard]] exit_status status() const noexcept { return status_; }

private:
    exit_status status_;
};

/// A wrong command line or a combination of options that makes no sense. Status 2.
class usage_error : public error {
public:
    explicit usage_error(const std::string& message) : error(exit_status::usage, message) {}
};

/// A file that does not parse. The text is "file:line:column: message". Status 2.
class input_error : public error {
public:
    input_error(std::string_view file, std::uint64_t line, std::uint64_t column,
                const std::string& message);

    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
    [[nodiscard]] std::uint64_t column() const noexcept { return column_; }

private:
    std::uint64_t line_;
    std::uint64_t column_;
};

/// The machine cannot do what was asked (no such part, too little memory). Status 3.
class capability_error : public error {
public:
    explicit capability_error(const std::string& message) : error(exit_status::cannot, message) {}
};

/// A system call failed. The text is "call: cause in words (advice)". Status 3.
class system_error : public error {
public:
    /// `error_number` as errno gave it; `advice` may be empty.
    system_error(std::string_view call, int error_number, std::string_view advice = {});

    [[nodiscard]] int error_number() const noexcept { return error_number_; }

private:
    int error_number_;
};

/// A backend delivered wrong data. Status 4.
class wrong_data_error : public error {
public:
    explicit wrong_data_error(const std::string& message)
        : error(exit_status::wrong_data, message) {}
};

/// A rank or an operation did not finish before its deadline. Status 5.
class deadline_error : public error {
public:
    explicit deadline_error(const std::string& message)
        : error(exit_status::unfinished, message) {}
};

}  // namespace railgauge
