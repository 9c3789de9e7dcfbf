#include "harness/machine/rapl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/machine/counters.hpp"
#include "tests/unit/machine/fake_root.hpp"

namespace railgauge {
namespace {

TEST(rapl, finds_packages_and_nothing_that_is_part_of_one_or_holds_one) {
    const fake_root root;
    const std::string zones = "sys/class/powercap/";
    root.write(zones + "intel-rapl/enabled", "1\n");
    root.write(zones + "intel-rapl:0/name", "package-0\n");
    root.write(zones + "intel-rapl:0/max_energy_range_uj", "262143328850\n");
    root.write(zones + "intel-rapl:0:0/name", "core\n");
    root.write(zones + "intel-rapl:1/name", "psys\n");
    root.write(zones + "intel-rapl:2/name", "package-1\n");
    root.write(zones + "intel-rapl-mmio:0/name", "package-0\n");  // the same counter once more
    const auto packages = rapl_packages(root.path());
    ASSERT_EQ(packages.size(), 2u);
    EXPECT_EQ(packages[0].counter, root.path() / zones / "intel-rapl:0/energy_uj");
    EXPECT_EQ(packages[0].range_uj, 262143328850u);
    EXPECT_EQ(packages[1].counter, root.path() / zones / "intel-rapl:2/energy_uj");
    EXPECT_EQ(packages[1].range_uj, 0u);
}

TEST(rapl, sets_one_wrap_right) {
    EXPECT_EQ(rapl_increase_uj(10, 30, 0), 20u);
    EXPECT_EQ(rapl_increase_uj(900, 100, 1000), 200u);
    EXPECT_EQ(rapl_increase_uj(1000, 0, 1000), 0u);
    EXPECT_EQ(rapl_increase_uj(900, 100, 0), std::nullopt);
    EXPECT_EQ(rapl_increase_uj(1001, 5, 1000), std::nullopt);
}

TEST(rapl, the_platform_is_not_counted_on_top_of_its_packages) {
    const fake_root root;
    root.write("sys/class/powercap/intel-rapl:0/name", "package-0\n");
    root.write("sys/class/powercap/intel-rapl:0/energy_uj", "0\n");
    root.write("sys/class/powercap/intel-rapl:1/name", "psys\n");
    root.write("sys/class/powercap/intel-rapl:1/energy_uj", "0\n");
    const machine_counters counters(root.path());
    const counter_snapshot before = counters.read();
    root.write("sys/class/powercap/intel-rapl:0/energy_uj", "1500000\n");
    root.write("sys/class/powercap/intel-rapl:1/energy_uj", "9000000\n");
    const auto energy_j = counters.energy_j_between(before, counters.read());
    ASSERT_TRUE(energy_j.has_value());
    EXPECT_DOUBLE_EQ(*energy_j, 1.5);
}

}  // namespace
}  // namespace railgauge
