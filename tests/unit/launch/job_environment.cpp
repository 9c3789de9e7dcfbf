// What schedulers and operators say in the environment, and how ranks meet by it.
#include "harness/launch/job_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "harness/base/error.hpp"
#include "harness/launch/env_meeting.hpp"
#include "harness/launch/host_list.hpp"
#include "harness/launch/node_list.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using variables = std::map<std::string, std::string>;

variable_reader reader_of(const variables& from) {
    return [&from](const char* name) {
        const auto found = from.find(name);
        return found == from.end() ? nullptr : found->second.c_str();
    };
}

std::string refusal(const variables& from) {
    try {
        (void)read_job_environment(reader_of(from));
    } catch (const usage_error& wrong) {
        return wrong.what();
    }
    return "";
}

variables with(variables base, const variables& more) {
    for (const auto& [name, value] : more) {
        base[name] = value;
    }
    return base;
}

const variables torch{{"RANK", "3"},           {"WORLD_SIZE", "8"},
                      {"MASTER_ADDR", "head"}, {"MASTER_PORT", "29500"},
                      {"LOCAL_RANK", "1"},     {"LOCAL_WORLD_SIZE", "2"}};

const variables slurm{{"SLURM_PROCID", "5"},
                      {"SLURM_STEP_NUM_TASKS", "8"},
                      {"SLURM_STEP_NUM_NODES", "3"},
                      {"SLURM_LOCALID", "2"},
                      {"SLURM_JOB_ID", "4711"},
                      {"SLURM_STEP_ID", "0"},
                      {"SLURM_STEP_NODELIST", "n[07-09]"}};

TEST(job_environment, of_torchrun) {
    const auto job = read_job_environment(reader_of(torch));
    ASSERT_TRUE(job);
    EXPECT_EQ(job->rank, 3);
    EXPECT_EQ(job->size, 8);
    EXPECT_EQ(job->local_rank, 1);
    EXPECT_EQ(job->local_size, 2);
    EXPECT_EQ(job->master, "head");
    EXPECT_EQ(job->port, 29500);
}

TEST(job_environment, a_port_that_torchruns_agent_holds_is_left_to_it) {
    const auto job =
        read_job_environment(reader_of(with(torch, {{"TORCHELASTIC_USE_AGENT_STORE", "True"}})));
    EXPECT_EQ(job->port, 29501);
    const auto told = read_job_environment(reader_of(
        with(torch, {{"TORCHELASTIC_USE_AGENT_STORE", "True"}, {"RAILGAUGE_PORT", "4000"}})));
    EXPECT_EQ(told->port, 4000);
}

TEST(job_environment, of_srun) {
    const auto job = read_job_environment(reader_of(slurm));
    ASSERT_TRUE(job);
    EXPECT_EQ(job->rank, 5);
    EXPECT_EQ(job->size, 8);
    EXPECT_EQ(job->local_rank, 2);
    EXPECT_EQ(job->local_size, 3);
    EXPECT_EQ(job->master, "n07");
    EXPECT_GE(job->port, 15000);
    EXPECT_LT(job->port, 30000);
    const auto next = read_job_environment(reader_of(with(slurm, {{"SLURM_STEP_ID", "1"}})));
    EXPECT_NE(next->port, job->port);
    EXPECT_NE(next->job, job->job);
}

TEST(job_environment, what_the_user_says_of_the_master_stands_before_slurms_list) {
    const auto job = read_job_environment(
        reader_of(with(slurm, {{"MASTER_ADDR", "10.1.0.1"}, {"MASTER_PORT", "999"}})));
    EXPECT_EQ(job->master, "10.1.0.1");
    EXPECT_EQ(job->port, 999);
}

TEST(job_environment, is_none_for_one_process_or_a_batch_script) {
    EXPECT_FALSE(read_job_environment(reader_of({})));
    EXPECT_FALSE(
        read_job_environment(reader_of(with(torch, {{"RANK", "0"}, {"WORLD_SIZE", "1"}}))));
    EXPECT_FALSE(read_job_environment(
        reader_of({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}, {"SLURM_JOB_ID", "1"}})));
    EXPECT_FALSE(read_job_environment(reader_of({{"RANK", "2"}})));
}

TEST(job_environment, refuses_what_makes_no_sense_with_the_variables_name) {
    EXPECT_THAT(refusal(with(torch, {{"RANK", "8"}})), HasSubstr("RANK=8"));
    EXPECT_THAT(refusal(with(torch, {{"RANK", "-1"}})), HasSubstr("RANK=-1"));
    EXPECT_THAT(refusal(with(torch, {{"WORLD_SIZE", "8x"}})), HasSubstr("WORLD_SIZE=8x"));
    EXPECT_THAT(refusal(with(torch, {{"MASTER_PORT", "99999"}})), HasSubstr("MASTER_PORT"));
    EXPECT_THAT(refusal({{"RANK", "1"}, {"WORLD_SIZE", "2"}}), HasSubstr("MASTER_ADDR"));
    EXPECT_THAT(refusal({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}}),
                HasSubstr("MASTER_PORT"));
    EXPECT_THAT(refusal(with(slurm, {{"SLURM_STEP_NODELIST", "n[1-"}})), HasSubstr("brackets"));
}

TEST(job_environment, decides_the_meeting) {
    const launcher_environment none;
    const launcher_environment hydra{"mpiexec (Hydra)", "mpich", 0, 2};
    const launcher_environment srun_alone{"srun", "", 0, 8, false};
    const launcher_environment srun_pmix{"srun", "", 0, 8, true};
    const auto choose = [](const std::string& asked, const launcher_environment& launcher,
                           const variables& from) {
        return choose_meeting(asked, launcher, reader_of(from));
    };
    EXPECT_EQ(choose("", none, {}), meeting_kind::forked);
    EXPECT_EQ(choose("", none, torch), meeting_kind::environment);
    EXPECT_EQ(choose("", hydra, torch), meeting_kind::mpi);
    EXPECT_EQ(choose("env", hydra, torch), meeting_kind::environment);
    EXPECT_EQ(choose("", srun_alone, slurm), meeting_kind::environment);
    EXPECT_EQ(choose("mpi", srun_alone, slurm), meeting_kind::mpi);
    EXPECT_EQ(choose("", srun_pmix, slurm), meeting_kind::mpi);
    EXPECT_EQ(choose("", {"srun", "", 0, 1}, {}), meeting_kind::forked);
    EXPECT_THROW((void)choose("env", none, {}), usage_error);
    EXPECT_THROW((void)choose("mpi", none, torch), usage_error);
}

TEST(job_environment, secrets) {
    const auto job = *read_job_environment(reader_of(torch));
    const auto derived = secret_of(job, reader_of({}));
    EXPECT_FALSE(derived.given);
    const variables given{{"RAILGAUGE_SECRET", " open sesame\n"}};
    const auto first = secret_of(job, reader_of(given));
    EXPECT_TRUE(first.given);
    EXPECT_NE(first.secret.text(), derived.secret.text());
    const auto other = *read_job_environment(reader_of(with(torch, {{"MASTER_PORT", "29501"}})));
    EXPECT_NE(secret_of(other, reader_of({})).secret.text(), derived.secret.text());
    EXPECT_EQ(secret_of(other, reader_of(given)).secret.text(), first.secret.text());
    EXPECT_THROW((void)secret_of(job, reader_of({{"RAILGAUGE_SECRET", " "}})), usage_error);
    EXPECT_THROW((void)secret_of(job, reader_of({{"RAILGAUGE_SECRET_FILE", "/no/such/file"}})),
                 system_error);
}

TEST(node_list, expands) {
    EXPECT_THAT(expand_node_list("n1"), ElementsAre("n1"));
    EXPECT_THAT(expand_node_list("n[1-3,7],login"), ElementsAre("n1", "n2", "n3", "n7", "login"));
    EXPECT_THAT(expand_node_list("n[08-11]"), ElementsAre("n08", "n09", "n10", "n11"));
    EXPECT_THAT(expand_node_list("r[1-2]n[3,5]-ib"),
                ElementsAre("r1n3-ib", "r1n5-ib", "r2n3-ib", "r2n5-ib"));
    EXPECT_THAT(expand_node_list("[1-2]"), ElementsAre("1", "2"));
    EXPECT_THAT(expand_node_list("n[1-1000]"), SizeIs(1000));
}

TEST(node_list, refuses_what_is_none) {
    for (const char* wrong : {"", ",", "n[", "n]", "n[1", "n[[1]]", "n[]", "n[a]", "n[1-]", "n[-1]",
                              "n[3-1]", "a,,b", "n[1-99999999999999999999]", "n[1-2]]", "n[1 2]"}) {
        EXPECT_THROW((void)expand_node_list(wrong), usage_error) << wrong;
    }
    EXPECT_THROW((void)expand_node_list("n[0-999999999]"), usage_error);
    EXPECT_THROW((void)expand_node_list("n[1-9999][1-9999][1-9999][1-9999]"), usage_error);
}

TEST(host_list, gives_each_host_its_ranks) {
    const auto read = [](const std::string& text, std::optional<int> ranks = {}) {
        std::string found;
        for (const auto& each : parse_host_list(text, ranks)) {
            found += each.host + "=" + std::to_string(each.ranks) + " ";
        }
        return found;
    };
    EXPECT_EQ(read("a,b:4"), "a=1 b=4 ");
    EXPECT_EQ(read("a,b", 8), "a=4 b=4 ");
    EXPECT_EQ(read("a:2,b,c", 8), "a=2 b=3 c=3 ");
    EXPECT_EQ(read("10.0.0.1:2", 2), "10.0.0.1=2 ");
    for (const char* wrong : {"", "a,", "a:0", "a:x", "a:", "a,a", "-x", "a b", "a;b", "a:1:2"}) {
        EXPECT_THROW((void)parse_host_list(wrong, {}), usage_error) << wrong;
    }
    EXPECT_THROW((void)parse_host_list("a:2,b:2", 5), usage_error);
    EXPECT_THROW((void)parse_host_list("a,b", 5), usage_error);
    EXPECT_THROW((void)parse_host_list("a:4,b", 4), usage_error);
    const auto hosts = parse_host_list("a,b:4", {});
    EXPECT_EQ(total_ranks(hosts), 5);
    EXPECT_EQ(host_of_rank(hosts, 0), "a");
    EXPECT_EQ(host_of_rank(hosts, 1), "b");
    EXPECT_EQ(host_of_rank(hosts, 4), "b");
}

}  // namespace
}  // namespace railgauge
