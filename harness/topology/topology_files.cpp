// Where topologies lie.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "harness/base/error.hpp"
#include "harness/base/near_miss.hpp"
#include "harness/base/regular_file.hpp"
#include "harness/base/units.hpp"
#include "harness/topology/read_topology.hpp"

namespace railgauge {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_topology_bytes = 4 << 20;

// The first that exists serves: the user's, the installed ones, the source tree of the build.
std::vector<fs::path> folders() {
    std::vector<fs::path> result;
    if (const char* chosen = std::getenv("RAILGAUGE_TOPOLOGIES")) result.emplace_back(chosen);
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) {
        result.push_back(program.parent_path() / "../share/railgauge/topologies");
        result.push_back(program.parent_path() / "../topologies");
    }
    result.emplace_back(RAILGAUGE_SOURCE_TOPOLOGIES);
    return result;
}

std::vector<std::string> available_topologies() {
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

}  // namespace

std::string read_whole_file(const std::string& path, std::size_t most_bytes,
                            std::string_view advice) {
    std::error_code unknown;
    if (fs::is_directory(path, unknown)) throw system_error("read(" + path + ")", EISDIR, advice);
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) throw system_error("open(" + path + ")", errno, advice);
    // One byte more than it may have: a device or a pipe may never end.
    std::string text(most_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) throw system_error("read(" + path + ")", errno, advice);
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes) {
        throw usage_error(
            fmt::format("{} is longer than {}, which is more than any such file needs", path,
                        format_bytes(most_bytes)));
    }
    return text;
}

topology read_topology(const std::string& path) {
    constexpr const char* advice = "give a topology's name or its file";
    require_regular_file(path, advice);
    return parse_topology(read_whole_file(path, most_topology_bytes, advice), path);
}

std::string find_topology(const std::string& name) {
    if (name.find('/') != std::string::npos || name.ends_with(".toml")) return name;
    for (const fs::path& folder : folders()) {
        const fs::path candidate = folder / (name + ".toml");
        std::error_code missing;
        if (fs::is_regular_file(candidate, missing)) return candidate.lexically_normal().string();
    }
    const auto known = available_topologies();
    throw usage_error(fmt::format("unknown topology '{}'{}; known: {}", name,
                                  did_you_mean(name, known), fmt::join(known, ", ")));
}

}  // namespace railgauge
