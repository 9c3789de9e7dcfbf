#include "harness/launch/mpiexec_command.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string_view>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

std::optional<std::string> in_path(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string file = (folder.empty() ? "." : folder) + "/" + name;
        if (::access(file.c_str(), X_OK) == 0) {
            return file;
        }
    }
    return std::nullopt;
}

/// By the program that the name really leads to: Debian's mpiexec is a link to a link.
launcher_kind kind_of(const std::string& command) {
    std::error_code ignored;
    const std::string real = std::filesystem::canonical(command, ignored).filename().string();
    if (real.find("hydra") != std::string::npos || real.find("mpich") != std::string::npos) {
        return launcher_kind::hydra;
    }
    const bool open_mpi = real.find("orterun") != std::string::npos ||
                          real.find("prterun") != std::string::npos ||
                          real.find("openmpi") != std::string::npos;
    return open_mpi ? launcher_kind::open_mpi : launcher_kind::other;
}

std::optional<mpiexec_command> command_of(std::optional<std::string> program) {
    if (!program) {
        return std::nullopt;
    }
    return mpiexec_command{*program, {}, kind_of(*program)};
}

std::optional<mpiexec_command> named_by_the_user(const char* text) {
    std::istringstream words(text);
    std::string program;
    words >> program;
    auto command = command_of(program.find('/') != std::string::npos ? std::optional(program)
                                                                     : in_path(program));
    for (std::string word; command && words >> word;) {
        command->arguments.push_back(word);
    }
    return command;
}

std::string list_of(const std::vector<host_ranks>& hosts) {
    std::string list;
    for (const host_ranks& each : hosts) {
        list += (list.empty() ? "" : ",") + each.host + ":" + std::to_string(each.ranks);
    }
    return list;
}

}  // namespace

std::optional<mpiexec_command> find_mpiexec(const std::string& flavour) {
    if (const char* named = std::getenv("RAILGAUGE_MPIEXEC"); named && *named != '\0') {
        return named_by_the_user(named);
    }
    const std::vector<std::string> names =
        flavour == "mpich"     ? std::vector<std::string>{"mpiexec.mpich", "mpiexec.hydra"}
        : flavour == "openmpi" ? std::vector<std::string>{"mpirun.openmpi", "mpiexec.openmpi"}
                               : std::vector<std::string>{};
    for (const std::string& name : names) {
        if (auto found = in_path(name)) {
            return command_of(found);
        }
    }
    return command_of(in_path("mpiexec"));
}

mpiexec_command require_mpiexec(const std::string& flavour) {
    auto found = find_mpiexec(flavour);
    if (!found) {
        throw capability_error(
            "no MPI launcher was found in PATH; install one (Debian: mpich or openmpi-bin), or "
            "name it in RAILGAUGE_MPIEXEC");
    }
    return *found;
}

std::vector<std::string> mpiexec_words(const mpiexec_command& launcher, int ranks,
                                       const std::vector<host_ranks>& hosts,
                                       const std::vector<std::string>& pass_on,
                                       const std::vector<std::string>& argv) {
    std::vector<std::string> line{launcher.program};
    line.insert(line.end(), launcher.arguments.begin(), launcher.arguments.end());
    if (launcher.kind == launcher_kind::hydra) {
        // The monitor names the rank that died and ends the others; Hydra would do the latter
        // first.
        line.emplace_back("-disable-auto-cleanup");
    } else if (launcher.kind == launcher_kind::open_mpi) {
        line.insert(line.end(), {"--oversubscribe", "--quiet"});
        if (::geteuid() == 0) {
            line.emplace_back("--allow-run-as-root");
        }
        // Pinning is the ranks' own, by the same rule under every launcher.
        line.insert(line.end(), {"--bind-to", "none"});
        for (const std::string& name : pass_on) {
            line.insert(line.end(), {"-x", name});
        }
    }
    if (!hosts.empty()) {
        line.emplace_back(launcher.kind == launcher_kind::open_mpi ? "--host" : "-hosts");
        line.push_back(list_of(hosts));
    }
    line.insert(line.end(), {"-n", std::to_string(ranks)});
    line.insert(line.end(), argv.begin(), argv.end());
    return line;
}

}  // namespace railgauge
