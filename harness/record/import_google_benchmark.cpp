// The JSON of Google Benchmark: each repetition is a sample of its benchmark. What it made of them
// itself is left out, unless it wrote nothing else (--benchmark_report_aggregates_only): then the
// mean is the only sample.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/record/import_json.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/summarise.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

struct measured_benchmark {
    std::vector<double> samples_us;
    std::optional<double> mean_us;  ///< as it wrote it
    std::uint64_t iterations = 1;
    std::int32_t threads = 1;
    std::string fault;
};

std::optional<double> us_per_unit(const std::string& unit) {
    if (unit == "ns") return 1e-3;
    if (unit == "us") return 1;
    if (unit == "ms") return 1e3;
    if (unit == "s") return 1e6;
    return std::nullopt;
}

void take(const ordered_json& row, std::size_t number, measured_benchmark& into,
          import_builder& builder) {
    const ordered_json* fault = member(row, "error_occurred");
    if (fault && fault->is_boolean() && fault->get<bool>()) {
        into.fault = text_member(row, "error_message");
        if (into.fault.empty()) into.fault = "an error without words";
        return;
    }
    const auto time = figure_member(row, "real_time");
    const auto unit = us_per_unit(text_member(row, "time_unit"));
    if (!time || !unit || !std::isfinite(*time * *unit)) {
        builder.problem(1, 1, fmt::format("\"benchmarks\" {}: no time with its unit", number));
        return;
    }
    if (!(*time > 0)) {
        builder.problem(1, 1, fmt::format("\"benchmarks\" {}: its time is not above 0", number));
        return;
    }
    if (text_member(row, "run_type") == "aggregate") {
        into.mean_us = *time * *unit;
        return;
    }
    into.samples_us.push_back(*time * *unit);
    into.iterations = std::max<std::uint64_t>(count_member(row, "iterations").value_or(1), 1);
    into.threads = static_cast<std::int32_t>(
        std::clamp<std::uint64_t>(count_member(row, "threads").value_or(1), 1, 1 << 20));
}

void add(const std::string& name, measured_benchmark&& one, import_builder& into) {
    point_record point = unknown_point();
    point.key.op = "google-benchmark:" + name;
    point.key.backend = "google-benchmark";
    point.key.redop = "none";
    point.key.ranks = one.threads;
    point.key.timing = "streamed";
    point.verified = "no";
    if (one.samples_us.empty() && one.mean_us) one.samples_us = {*one.mean_us};
    if (one.samples_us.empty()) {
        if (one.fault.empty()) return;
        point.status = point_status::failed;
        point.reason = one.fault;
        into.add(std::move(point));
        return;
    }
    fill_statistics(point, std::move(one.samples_us));
    point.operations_per_sample = one.iterations;
    point.stop_reason = "iterations";
    into.add(std::move(point));
}

}  // namespace

std::string import_google_benchmark(std::string_view text, import_builder& into) {
    const ordered_json document = parse_import_json(text, into);
    const ordered_json* rows = member(document, "benchmarks");
    if (!rows || !rows->is_array()) into.fail(1, 1, "\"benchmarks\" is not there");
    into.begin_execution();
    std::map<std::string, measured_benchmark> found;
    std::vector<std::string> order;
    std::size_t number = 0;
    for (const ordered_json& row : *rows) {
        ++number;
        const bool is_aggregate = text_member(row, "run_type") == "aggregate";
        if (is_aggregate && text_member(row, "aggregate_name") != "mean") continue;
        std::string name = text_member(row, "run_name");
        if (name.empty()) name = text_member(row, "name");
        if (name.empty()) {
            into.problem(1, 1, fmt::format("\"benchmarks\" {}: no name", number));
            continue;
        }
        const auto [place, fresh] = found.try_emplace(name);
        if (fresh) order.push_back(name);
        take(row, number, place->second, into);
    }
    for (const std::string& name : order) add(name, std::move(found[name]), into);

    ordered_json provenance;
    provenance["converted"] = {{"from", "google-benchmark"}};
    provenance["hosts"] = ordered_json::array();
    if (const ordered_json* context = member(document, "context")) {
        provenance["converted"]["context"] = *context;
        const std::string host = text_member(*context, "host_name");
        if (!host.empty()) provenance["hosts"].push_back({{"name", host}});
    }
    return provenance.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace railgauge
