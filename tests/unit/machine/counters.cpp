#include "harness/machine/counters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/machine/fake_root.hpp"

namespace railgauge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::string snmp(int retransmits) {
    return "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
           "Tcp: RtoAlgorithm RtoMin InSegs OutSegs RetransSegs InErrs\n"
           "Tcp: 1 200 500 600 " +
           std::to_string(retransmits) + " 0\nUdp: InDatagrams\nUdp: 5\n";
}

TEST(machine_counters, flags_what_grew_in_a_fixed_order) {
    const fake_root root;
    root.write("proc/net/snmp", snmp(100));
    root.write("sys/class/net/eth0/device/vendor", "0x1");
    root.write("sys/class/net/eth0/statistics/rx_dropped", "7\n");
    root.write("sys/class/net/eth0/statistics/tx_errors", "0\n");
    root.write("sys/class/net/docker0/statistics/rx_dropped", "0\n");
    root.write("sys/devices/system/edac/mc/mc0/ce_count", "1\n");
    root.write("sys/bus/pci/devices/0000:01:00.0/class", "0x020700\n");
    root.write("sys/bus/pci/devices/0000:01:00.0/aer_dev_correctable",
               "RxErr 0\nBadTLP 2\nTOTAL_ERR_COR 2\n");
    const machine_counters counters(root.path());
    const counter_snapshot before = counters.read();
    EXPECT_THAT(counters.flags_between(before, counters.read()), IsEmpty());

    root.write("proc/net/snmp", snmp(112));
    root.write("sys/class/net/eth0/statistics/rx_dropped", "10\n");
    root.write("sys/class/net/docker0/statistics/rx_dropped", "99\n");  // no device behind it
    root.write("sys/devices/system/edac/mc/mc0/ce_count", "2\n");
    root.write("sys/bus/pci/devices/0000:01:00.0/aer_dev_correctable",
               "RxErr 0\nBadTLP 7\nTOTAL_ERR_COR 7\n");
    EXPECT_THAT(counters.flags_between(before, counters.read()),
                ElementsAre("tcp-retransmits:12", "nic-drops:3", "memory-errors-corrected:1",
                            "pcie-errors-corrected:5"));
}

TEST(machine_counters, counts_a_shared_throttle_counter_once) {
    const fake_root root;
    for (int cpu = 0; cpu < 4; ++cpu) {
        const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(cpu);
        root.write(folder + "/topology/physical_package_id", "0\n");
        root.write(folder + "/topology/core_id", std::to_string(cpu / 2));
        root.write(folder + "/thermal_throttle/core_throttle_count", "0\n");
        root.write(folder + "/thermal_throttle/package_throttle_count", "0\n");
    }
    const machine_counters counters(root.path());
    const counter_snapshot before = counters.read();
    for (int cpu = 0; cpu < 4; ++cpu) {
        const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(cpu);
        root.write(folder + "/thermal_throttle/core_throttle_count", cpu < 2 ? "3\n" : "0\n");
        root.write(folder + "/thermal_throttle/package_throttle_count", "5\n");
    }
    EXPECT_THAT(counters.flags_between(before, counters.read()),
                ElementsAre("throttled-cores:3", "throttled-packages:5"));
}

TEST(machine_counters, a_counter_that_goes_back_is_no_growth) {
    const fake_root root;
    root.write("proc/net/snmp", snmp(100));
    const machine_counters counters(root.path());
    const counter_snapshot before = counters.read();
    root.write("proc/net/snmp", snmp(3));
    EXPECT_THAT(counters.flags_between(before, counters.read()), IsEmpty());
    root.write("proc/net/snmp", "");
    EXPECT_THAT(counters.flags_between(before, counters.read()), IsEmpty());
    EXPECT_THAT(counters.flags_between(counters.read(), before), IsEmpty());
    EXPECT_THAT(counters.flags_between({}, before), IsEmpty());
}

TEST(machine_counters, leaves_out_what_is_not_there_or_not_readable) {
    const fake_root root;
    root.write("proc/net/snmp", "garbage\n");
    root.write("sys/class/net/eth0/statistics/rx_dropped", "many\n");
    root.write("proc/stat", "cpu 1 2\n");
    const machine_counters counters(root.path());
    EXPECT_THAT(counters.kinds(), IsEmpty());
    EXPECT_THAT(counters.read().values, IsEmpty());
    EXPECT_FALSE(counters.energy_j_between({}, {}).has_value());
}

TEST(machine_counters, energy_survives_its_wrap) {
    const fake_root root;
    root.write("sys/class/powercap/intel-rapl:0/energy_uj", "900000\n");
    root.write("sys/class/powercap/intel-rapl:0/max_energy_range_uj", "1000000\n");
    root.write("sys/class/powercap/intel-rapl:0:0/energy_uj", "5\n");  // part of the package
    root.write("sys/class/powercap/intel-rapl:1/energy_uj", "0\n");
    const machine_counters counters(root.path());
    const counter_snapshot before = counters.read();
    root.write("sys/class/powercap/intel-rapl:0/energy_uj", "400000\n");
    root.write("sys/class/powercap/intel-rapl:1/energy_uj", "2000000\n");
    const auto energy_j = counters.energy_j_between(before, counters.read());
    ASSERT_TRUE(energy_j.has_value());
    EXPECT_DOUBLE_EQ(*energy_j, 2.5);
    EXPECT_THAT(counters.flags_between(before, counters.read()), IsEmpty());
}

TEST(machine_counters, moves) {
    const fake_root root;
    root.write("proc/net/snmp", snmp(1));
    machine_counters first(root.path());
    machine_counters second(std::move(first));
    EXPECT_EQ(second.read().values.size(), 1u);
    first = std::move(second);
    EXPECT_EQ(first.read().values.size(), 1u);
}

TEST(machine_counters, reads_this_host) {
    const machine_counters counters;
    EXPECT_EQ(counters.read().values.size(), counters.read().values.size());
}

}  // namespace
}  // namespace railgauge
