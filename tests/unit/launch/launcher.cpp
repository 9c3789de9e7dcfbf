// Which launcher started this process, and whose MPI it speaks.
#include "harness/launch/launcher.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using variables = std::map<std::string, std::string>;

launcher_environment read(const variables& from) {
    return read_launcher_environment([&from](const char* name) -> const char* {
        const auto found = from.find(name);
        return found == from.end() ? nullptr : found->second.c_str();
    });
}

variables in_a_step(const variables& more) {
    variables all{{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}, {"SLURM_STEP_NUM_TASKS", "2"}};
    all.insert(more.begin(), more.end());
    return all;
}

TEST(launcher, of_srun_follows_the_interface_that_it_offers) {
    const launcher_environment none = read(in_a_step({}));
    EXPECT_EQ(none.name, "srun");
    EXPECT_EQ(none.flavour, "");
    EXPECT_EQ(none.rank, 1);
    EXPECT_EQ(none.size, 2);
    EXPECT_EQ(read(in_a_step({{"PMI_RANK", "1"}})).flavour, "mpich");
    EXPECT_EQ(read(in_a_step({{"PMI_FD", "7"}})).flavour, "mpich");
    EXPECT_EQ(read(in_a_step({{"PMIX_RANK", "1"}})).flavour, "openmpi");
    // Where both are offered.
    EXPECT_EQ(read(in_a_step({{"PMIX_RANK", "1"}, {"PMI_RANK", "1"}})).flavour, "openmpi");
}

TEST(launcher, of_a_batch_script_is_none) {
    EXPECT_FALSE(read({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}}).present());
}

TEST(launcher, under_slurm_but_of_an_mpi_is_that_mpis) {
    EXPECT_EQ(
        read(in_a_step({{"HYDI_CONTROL_FD", "6"}, {"PMI_RANK", "0"}, {"PMI_SIZE", "2"}})).name,
        "mpiexec (Hydra)");
    EXPECT_EQ(read(in_a_step({{"OMPI_COMM_WORLD_SIZE", "2"}, {"OMPI_COMM_WORLD_RANK", "0"}})).name,
              "mpirun (Open MPI)");
}

TEST(launcher, of_another_mpi_is_named_with_what_to_do) {
    const launcher_environment srun = read(in_a_step({{"PMIX_RANK", "1"}}));
    EXPECT_NO_THROW(require_matching_mpi(srun, "Open MPI", 2));
    EXPECT_THROW(require_matching_mpi(srun, "MPICH", 1), capability_error);
}

}  // namespace
}  // namespace railgauge
