#include "harness/machine/nvml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/machine/check_gpus.hpp"
#include "harness/machine/counters.hpp"
#include "harness/machine/gpu_info.hpp"
#include "tests/unit/machine/fake_nvml.hpp"
#include "tests/unit/machine/fake_root.hpp"

namespace railgauge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

TEST(nvml, shows_the_cards_that_answer) {
    const auto functions = fake_nvml::start({{.bus = 0x1a}, {.answers = false}, {.bus = 0xc1}});
    {
        const nvml gpus(functions);
        EXPECT_EQ(gpus.driver_version(), "580.1");
        ASSERT_EQ(gpus.devices().size(), 2u);
        EXPECT_EQ(gpus.devices()[0].name, "Fake H1");
        EXPECT_EQ(gpus.devices()[0].uuid, "GPU-1");
        EXPECT_EQ(gpus.devices()[1].pci_address, "0000:c1:00.0");
        EXPECT_EQ(fake_nvml::now().initialised, 1);
    }
    EXPECT_EQ(fake_nvml::now().initialised, 0);
}

TEST(nvml, leaves_out_what_the_driver_cannot_tell) {
    auto functions = fake_nvml::start({{}});
    functions.ecc_errors = nullptr;
    const nvml gpus(functions);
    const gpu_state state = gpus.state(0);
    EXPECT_DOUBLE_EQ(state.power_w.value(), 71.5);
    EXPECT_FALSE(state.temperature_c);
    EXPECT_FALSE(gpus.devices()[0].max_pcie_generation);
    const gpu_counts counts = gpus.counts(0);
    EXPECT_FALSE(counts.ecc_corrected);
    EXPECT_FALSE(counts.held_by_board_ns);
    EXPECT_FALSE(counts.nvlink_errors);
    EXPECT_EQ(counts.held_by_heat_ns, 0u);
}

TEST(nvml, says_why_it_does_not_start) {
    const auto functions = fake_nvml::start({});
    fake_nvml::now().init_status = nvml_driver_not_loaded;
    EXPECT_THAT([&] { const nvml gpus(functions); },
                ThrowsMessage<capability_error>("nvmlInit: Driver Not Loaded (load it: modprobe "
                                                "nvidia)"));
    fake_nvml::now().init_status = nvml_success;
    fake_nvml::now().count_status = 999;
    EXPECT_THAT([&] { const nvml gpus(functions); },
                ThrowsMessage<capability_error>(HasSubstr("nvmlDeviceGetCount: Unknown Error")));
    EXPECT_EQ(fake_nvml::now().initialised, 0);
}

TEST(nvml, refuses_libraries_that_are_none) {
    EXPECT_THAT([] { (void)nvml::open("libno-such-nvml.so.1"); },
                ThrowsMessage<capability_error>(HasSubstr("dlopen(libno-such-nvml.so.1)")));
    EXPECT_THAT([] { (void)nvml::open("libm.so.6"); },
                ThrowsMessage<capability_error>(HasSubstr("libm.so.6 is not NVML")));
}

TEST(nvml, names_the_reasons_that_slow_a_clock_down) {
    EXPECT_THAT(clock_reasons_in_words(0x1 | 0x2 | 0x10 | 0x100), IsEmpty());
    EXPECT_THAT(clock_reasons_in_words(0x4 | 0x40),
                ElementsAre("software power cap", "hardware thermal slowdown"));
}

TEST(nvml, finds_a_narrow_link) {
    const auto functions = fake_nvml::start({{.width = 8}, {}});
    const nvml gpus(functions);
    EXPECT_EQ(pcie_finding(gpus.devices()[0], gpus.state(0)), "runs x8 of PCIe x16");
    EXPECT_EQ(pcie_finding(gpus.devices()[1], gpus.state(1)), std::nullopt);
    EXPECT_EQ(pcie_finding({}, gpus.state(0)), std::nullopt);
}

TEST(check_gpu_health, says_what_a_card_is_and_what_ails_it) {
    const auto functions =
        fake_nvml::start({{.reasons = 0x40, .width = 4}, {.nvlink_errors = {{0, 0}, {1, 0}}}});
    fake_nvml::now().cards[1].ecc[1] = 3;
    const nvml gpus(functions);
    std::vector<std::string> findings;
    for (const check& each : check_gpu_health(gpus)) {
        findings.push_back(each.id + " " + std::string(name_of(each.status)) + ": " + each.finding);
    }
    EXPECT_THAT(
        findings,
        ElementsAre("gpu 0 ok: Fake H1 at 0000:3b:00.0, 72 W",
                    "gpu 0 warning: 0000:3b:00.0 runs x4 of PCIe x16",
                    "gpu 0 warning: the clocks of 0000:3b:00.0 are held down: hardware thermal "
                    "slowdown",
                    "gpu 1 ok: Fake H1 at 0000:3b:00.0, 2 NVLinks up, 72 W",
                    "gpu 1 warning: 3 uncorrected memory errors in the life of 0000:3b:00.0"));
}

TEST(gpu_counters, flag_a_point_in_which_a_gpu_throttled_or_saw_errors) {
    const fake_root root;
    const auto functions = fake_nvml::start({{.nvlink_errors = {{3, 7}}}, {}});
    machine_counters counters(root.path());
    counters.watch_gpus(std::make_shared<const nvml>(functions));
    const counter_snapshot before = counters.read();
    EXPECT_THAT(counters.flags_between(before, counters.read()), IsEmpty());

    auto& cards = fake_nvml::now().cards;
    cards[0].held_ns[1] = 2'500'100;
    cards[0].nvlink_errors[3] = 9;
    cards[1].held_ns[0] = 1;
    cards[1].ecc[0] = 4;
    cards[1].replays = 2;
    cards[1].reasons = 0x20;  // counted as a time already
    EXPECT_THAT(
        counters.flags_between(before, counters.read()),
        ElementsAre("gpu-held-by-power-us:1", "gpu-held-by-heat-us:2501",
                    "gpu-memory-errors-corrected:4", "gpu-pcie-replays:2", "gpu-nvlink-errors:2"));
    EXPECT_THAT(counters.flags_between({}, counters.read()), IsEmpty());
}

TEST(gpu_counters, fall_back_on_reasons_where_no_times_are_counted) {
    auto functions = fake_nvml::start({{}, {}});
    functions.violation = nullptr;
    const nvml gpus(functions);
    const auto before = read_gpu_counts(gpus);
    fake_nvml::now().cards[1].reasons = 0x8;
    EXPECT_THAT(gpu_flags_between(before, read_gpu_counts(gpus)), ElementsAre("gpu-throttled:1"));
    fake_nvml::now().cards[1].reasons = 0x1;
    EXPECT_THAT(gpu_flags_between(before, read_gpu_counts(gpus)), IsEmpty());
}

TEST(gpu_counters, energy_is_the_sum_of_the_cards_that_tell) {
    const fake_root root;
    machine_counters counters(root.path());
    EXPECT_FALSE(counters.gpu_energy_j_between(counters.read(), counters.read()));
    counters.watch_gpus(std::make_shared<const nvml>(fake_nvml::start({{}, {}})));
    const counter_snapshot before = counters.read();
    fake_nvml::now().cards[0].energy_mj += 2500;
    fake_nvml::now().cards[1].energy_mj = 0;  // a driver loaded anew
    const auto energy_j = counters.gpu_energy_j_between(before, counters.read());
    ASSERT_TRUE(energy_j.has_value());
    EXPECT_DOUBLE_EQ(*energy_j, 2.5);
}

TEST(gpu_counters, know_the_hottest_card) {
    auto functions = fake_nvml::start({{.temperature_c = 41}, {.temperature_c = 63}, {}});
    const nvml gpus(functions);
    EXPECT_EQ(hottest_gpu_c(gpus), 63);
    functions.temperature = nullptr;
    EXPECT_FALSE(hottest_gpu_c(nvml(functions)));
}

TEST(describe_gpus, says_what_is_known_and_null_for_the_rest) {
    const auto functions =
        fake_nvml::start({{.reasons = 0x40, .width = 8, .nvlink_errors = {{0, 0}, {1, 0}}},
                          {.bus = 0xc1, .memory_free = 3000}});
    const nvml gpus(functions);
    const auto facts = nlohmann::json::parse(describe_gpus(gpus));
    EXPECT_EQ(facts["driver"], "580.1");
    ASSERT_EQ(facts["devices"].size(), 2u);
    const auto& first = facts["devices"][0];
    EXPECT_EQ(first["name"], "Fake H1");
    EXPECT_EQ(first["pcie_width"], 8);
    EXPECT_EQ(first["max_pcie_width"], 16);
    EXPECT_EQ(first["nvlinks_up"], 2);
    EXPECT_EQ(first["memory_bytes"], 4000);
    EXPECT_EQ(first["power_w"], 71.5);
    EXPECT_TRUE(first["sm_clock_mhz"].is_null());
    EXPECT_TRUE(first["temperature_c"].is_null());
    EXPECT_EQ(first["clocks_held_down_by"], nlohmann::json({"hardware thermal slowdown"}));
    EXPECT_EQ(facts["devices"][1]["pci_address"], "0000:c1:00.0");
    EXPECT_EQ(most_free_gpu_memory_bytes(gpus), 3000u);
}

TEST(describe_gpus, without_cards_there_is_no_memory) {
    auto functions = fake_nvml::start({});
    EXPECT_FALSE(most_free_gpu_memory_bytes(nvml(functions)));
    functions = fake_nvml::start({{}});
    functions.memory = nullptr;
    EXPECT_FALSE(most_free_gpu_memory_bytes(nvml(functions)));
}

}  // namespace
}  // namespace railgauge
