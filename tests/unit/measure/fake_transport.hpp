// A backend for tests of the measure room: what it can do is said, and it moves nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/backends/backend.hpp"
#include "harness/base/error.hpp"
#include "harness/measure/bench.hpp"

namespace railgauge::testing_doubles {

class fake_backend final : public backend {
public:
    fake_backend(std::string name, std::vector<std::string> algorithms, bool ready = true)
        : name_(std::move(name)), algorithms_(std::move(algorithms)), ready_(ready) {}

    [[nodiscard]] std::string_view name() const noexcept override { return name_; }
    [[nodiscard]] std::string_view description() const noexcept override { return "a double"; }
    [[nodiscard]] std::string version() const override { return "0"; }
    [[nodiscard]] availability available() const override {
        return {ready_, ready_ ? "" : "it is not here"};
    }
    [[nodiscard]] std::vector<std::string> known_algorithms(operation_kind) const override {
        return algorithms_;
    }
    [[nodiscard]] memory_kind own_memory() const noexcept override { return own; }
    [[nodiscard]] int most_local_ranks() const override { return most_ranks; }
    [[nodiscard]] std::unique_ptr<communicator> make_communicator(world&) override {
        throw capability_error("the double carries nothing");
    }

    memory_kind own = memory_kind::host;
    int most_ranks = 0;

private:
    std::string name_;
    std::vector<std::string> algorithms_;
    bool ready_;
};

/// Measures everything, as the real benches do: sizes are rounded to whole elements.
class fake_bench final : public bench {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "fake"; }
    [[nodiscard]] std::string_view description() const noexcept override { return "a double"; }
    [[nodiscard]] bool measures(operation_kind) const noexcept override { return true; }
    [[nodiscard]] measured_operation make(operation_spec asked, std::uint64_t bytes,
                                          int ranks) const override {
        asked.count = count_for(asked.kind, asked.type, bytes, ranks);
        measured_operation result;
        result.bytes = message_bytes(asked, ranks);
        result.bus_factor = bus_bandwidth_factor(asked.kind, ranks);
        result.time_factor = asked.kind == operation_kind::ping_pong ? 0.5 : 1.0;
        result.has_bandwidth = moves_message(asked.kind);
        result.spec = std::move(asked);
        return result;
    }
};

inline bench_list fake_benches() {
    bench_list all;
    all.push_back(std::make_unique<fake_bench>());
    return all;
}

}  // namespace railgauge::testing_doubles
