#include "harness/base/regular_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>

#include "harness/base/error.hpp"

namespace railgauge {

void require_regular_file(const std::string& path, std::string_view advice) {
    std::error_code unknown;
    const auto status = std::filesystem::status(path, unknown);
    if (unknown || !std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) {
        return;
    }
    if (std::filesystem::is_directory(status)) {
        throw system_error("read(" + path + ")", EISDIR, advice);
    }
    throw usage_error(fmt::format("{} is not a regular file, but a pipe, a device or the like; {}",
                                  path, advice));
}

}  // namespace railgauge
