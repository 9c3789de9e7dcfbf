// Where suites lie.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "harness/base/error.hpp"
#include "harness/measure/suite.hpp"
#include "harness/measure/words.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_suite_bytes = 1 << 20;

// The first that exists serves: the user's, the installed ones, the source tree of the build.
std::vector<fs::path> folders() {
    std::vector<fs::path> result;
    if (const char* chosen = std::getenv("RAILGAUGE_SUITES")) result.emplace_back(chosen);
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) {
        result.push_back(program.parent_path() / "../share/railgauge/suites");
        result.push_back(program.parent_path() / "../benches/suites");
    }
    result.emplace_back(RAILGAUGE_SOURCE_SUITES);
    return result;
}

}  // namespace

suite read_suite(const std::string& path) {
    constexpr const char* advice = "give a suite's name or its file";
    std::error_code unknown;
    if (fs::is_directory(path, unknown)) throw system_error("read(" + path + ")", EISDIR, advice);
    std::ifstream in(path, std::ios::binary);
    if (!in) throw system_error("open(" + path + ")", errno, advice);
    // One byte more than a suite may have: a device or a pipe may never end.
    std::string text(most_suite_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) throw system_error("read(" + path + ")", errno, advice);
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_suite_bytes) {
        throw usage_error(fmt::format("{} is longer than {} bytes, which no suite is; {}", path,
                                      most_suite_bytes, advice));
    }
    return parse_suite(text, path);
}

std::vector<std::string> available_suites() {
    std::vector<std::string> names;
    for (const fs::path& folder : folders()) {
        std::error_code missing;
        for (const auto& entry : fs::directory_iterator(folder, missing)) {
            if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
        }
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::string find_suite(const std::string& name) {
    if (name.find('/') != std::string::npos || name.ends_with(".toml")) return name;
    for (const fs::path& folder : folders()) {
        const fs::path candidate = folder / (name + ".toml");
        std::error_code missing;
        if (fs::is_regular_file(candidate, missing)) return candidate.lexically_normal().string();
    }
    throw usage_error(unknown_word("suite", name, available_suites()));
}

}  // namespace railgauge
