// What one launch of `railgauge ab` printed.
#pragma once

#include <string>

namespace railgauge {

class launch_log {
public:
    /// Opens the file anew; an empty path stands for standard error. Throws system_error.
    explicit launch_log(std::string path);
    ~launch_log();
    launch_log(const launch_log&) = delete;
    launch_log& operator=(const launch_log&) = delete;

    /// For the launch to print to.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    /// ":" and its last lines, made printable, each on a line of its own; says where the rest is.
    /// Nothing for standard error, where all of it stands already.
    [[nodiscard]] std::string tail() const;

private:
    std::string path_;
    int descriptor_ = -1;
};

}  // namespace railgauge
