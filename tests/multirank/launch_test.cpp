// Ranks under real MPI launchers: started by us, and started by the user.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/launch/mpi_modules.hpp"
#include "harness/launch/mpiexec.hpp"
#include "harness/launch/process.hpp"

namespace railgauge {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

/// RAILGAUGE_LAUNCH_FLAVOURS is "flavour=launcher=module|..." from CMake.
struct flavour {
    std::string name;
    std::string launcher;
    std::string module;
};

/// GoogleTest finds it by this name; ctest's names of the tests are made of it.
void PrintTo(const flavour& each, std::ostream* out) { *out << each.name; }

std::vector<flavour> flavours() {
    std::vector<flavour> found;
    std::istringstream entries(RAILGAUGE_LAUNCH_FLAVOURS);
    for (std::string entry; std::getline(entries, entry, '|');) {
        std::istringstream parts(entry);
        flavour each;
        std::getline(parts, each.name, '=');
        std::getline(parts, each.launcher, '=');
        std::getline(parts, each.module, '=');
        found.push_back(each);
    }
    return found;
}

std::string command_line_of(const std::filesystem::path& process) {
    std::ifstream file(process / "cmdline");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    return text;
}

/// Living processes with the rank program's path in their command line: ranks and launchers.
int ranks_alive() {
    const std::string mark = RAILGAUGE_LAUNCH_RANK;
    int alive = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const int pid = std::atoi(entry.path().filename().c_str());
        if (pid > 0 && command_line_of(entry.path()).find(mark) != std::string::npos) {
            alive += process_gone(pid) ? 0 : 1;
        }
    }
    return alive;
}

class launched : public testing::TestWithParam<flavour> {
protected:
    void SetUp() override {
        ::setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 1);
        // A rank alone on its core spins in MPI_Finalize, and on a busy machine outlasts whom it
        // waits for.
        ::setenv("OMPI_MCA_mpi_yield_when_idle", "1", 1);
        ::setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
        ::setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    }
    /// By ourselves, as `railgauge run --backend mpi` does.
    static mpiexec_result run(const std::string& fault, int ranks = 3,
                              const std::function<void()>& on_tick = {}) {
        mpiexec_options options;
        options.ranks = ranks;
        options.flavour = GetParam().name;
        options.argv = {RAILGAUGE_LAUNCH_RANK, GetParam().module, fault};
        options.limits.step = std::chrono::seconds(2);
        options.on_tick = on_tick;
        mpiexec_result result = run_mpiexec(options);
        EXPECT_EQ(ranks_alive(), 0);
        return result;
    }
    static void expect_blamed(const mpiexec_result& result, const std::string& words) {
        EXPECT_EQ(result.status, exit_status::unfinished);
        ASSERT_TRUE(result.ended_by);
        EXPECT_EQ(result.ended_by->rank, 1);
        EXPECT_THAT(result.ended_by->text, AllOf(HasSubstr("rank 1 (host "), HasSubstr(words),
                                                 HasSubstr("in point 3, phase sampling")));
    }
};

TEST_P(launched, ranks_meet_work_and_leave) {
    for (const int ranks : {1, 2, 3}) {
        const auto result = run("none", ranks);
        EXPECT_EQ(result.status, exit_status::fine);
        EXPECT_FALSE(result.ended_by) << result.ended_by->text;
    }
}

TEST_P(launched, the_ranks_status_is_the_jobs) {
    const auto result = run("status");
    EXPECT_EQ(result.status, exit_status::wrong_data);
    EXPECT_FALSE(result.ended_by) << result.ended_by->text;
}

TEST_P(launched, faults_are_named_and_nobody_stays) {
    expect_blamed(run("kill"), "has died");
    expect_blamed(run("stop"), "is stopped");
    expect_blamed(run("late"), "does not go on");
    expect_blamed(run("exit"), "has died");
}

TEST_P(launched, an_exception_ends_the_job_with_its_status) {
    const auto result = run("throw");
    EXPECT_EQ(result.status, exit_status::wrong_data);
    ASSERT_TRUE(result.ended_by);
    EXPECT_THAT(result.ended_by->text, HasSubstr("element 7 is wrong"));
}

TEST_P(launched, an_interrupt_reaches_rank_0) {
    int ticks = 0;
    const auto result = run("interrupt", 2, [&] {
        if (++ticks == 20) {
            ::raise(SIGINT);
        }
    });
    EXPECT_EQ(result.status, exit_status::fine);
    EXPECT_TRUE(result.interrupted);
}

/// A shell command's output (both streams) and status.
std::pair<int, std::string> shell(const std::string& command) {
    std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string text;
    std::array<char, 4096> part{};
    while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe)) {
        text.append(part.data(), got);
    }
    return {::pclose(pipe), text};
}

std::string by_the_user(const std::string& fault, const std::string& launcher) {
    const bool open_mpi = launcher.find("openmpi") != std::string::npos;
    return launcher + (open_mpi ? " --oversubscribe" : "") + " -n 3 " RAILGAUGE_LAUNCH_RANK " " +
           launched::GetParam().module + " " + fault + " </dev/null";
}

TEST_P(launched, a_job_of_the_users_own_launcher_ends_well) {
    const auto [status, text] = shell(by_the_user("none", GetParam().launcher));
    EXPECT_EQ(status, 0) << text;
}

TEST_P(launched, a_monitor_thread_names_the_rank_under_the_users_own_launcher) {
    for (const auto& [fault, words] : {std::pair{"stop", "VERDICT 1: rank 1 (host "},
                                       {"late", "VERDICT 1: rank 1 (host "},
                                       {"throw", "element 7 is wrong"},
                                       {"stop0", "VERDICT 0: rank 0 (host "}}) {
        const auto [status, text] = shell(by_the_user(fault, GetParam().launcher));
        EXPECT_NE(status, 0);
        EXPECT_THAT(text, HasSubstr(words)) << fault;
        EXPECT_EQ(ranks_alive(), 0);
    }
}

TEST_P(launched, the_wrong_launcher_is_refused_with_words) {
    for (const flavour& other : flavours()) {
        if (other.name == GetParam().name || other.name == "default") {
            continue;
        }
        const auto [status, text] = shell(by_the_user("none", other.launcher));
        EXPECT_NE(status, 0);
        EXPECT_THAT(text, HasSubstr("each of them sees an MPI world of one"));
    }
}

TEST_P(launched, modules_answer_with_their_version) {
    const mpi_module_answer answer = ask_mpi_module({GetParam().name, GetParam().module});
    EXPECT_THAT(answer.version, AnyOf(HasSubstr("MPI"), HasSubstr("mpi")));
    EXPECT_EQ(answer.problem, "");
    EXPECT_THAT(ask_mpi_module({"custom", "/nonexistent.so"}).problem, HasSubstr("nonexistent"));
}

INSTANTIATE_TEST_SUITE_P(flavours, launched, testing::ValuesIn(flavours()),
                         [](const auto& each) { return each.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(launched);

}  // namespace
}  // namespace railgauge
