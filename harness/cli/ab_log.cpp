#include "harness/cli/ab_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <utility>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

constexpr std::size_t shown_lines = 8;
constexpr std::streamoff most_bytes = 16'384;

}  // namespace

launch_log::launch_log(std::string path) : path_(std::move(path)) {
    descriptor_ = path_.empty()
                      ? ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
                      : ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor_ < 0)
        throw system_error(
            path_.empty() ? "fcntl(F_DUPFD) of standard error" : "open(" + path_ + ")", errno);
}

launch_log::~launch_log() {
    ::close(descriptor_);
}

std::string launch_log::tail() const {
    if (path_.empty()) return {};
    std::ifstream in(path_, std::ios::binary | std::ios::ate);
    const std::streamoff size = in.tellg();
    in.seekg(std::max<std::streamoff>(0, size - most_bytes));
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) lines.push_back(printable(line));
    }
    std::string text = "; what it printed is in " + printable(path_);
    const std::size_t from = lines.size() > shown_lines ? lines.size() - shown_lines : 0;
    if (!lines.empty()) text += ":";
    for (std::size_t i = from; i < lines.size(); ++i) text += "\n  " + lines[i];
    return text;
}

}  // namespace railgauge
