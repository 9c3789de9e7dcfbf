#include "harness/record/import_builder.hpp"

#include <limits>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/record/key_text.hpp"
#include "harness/record/summarise.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_problems = 100;

}  // namespace

point_record unknown_point() {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    point_record point;
    point.clock_residual_us = unknown;
    point.harness_us = unknown;
    point.elapsed_s = unknown;
    point.bound_reason = "the converted file has none";
    return point;
}

void import_builder::problem(std::uint64_t line, std::uint64_t column, std::string message) {
    ++run_.problem_count;
    if (run_.problems.size() < most_problems) {
        run_.problems.push_back({line, column, std::move(message)});
    }
}

void import_builder::fail(std::uint64_t line, std::uint64_t column,
                          const std::string& message) const {
    throw input_error(file_, line, column, message);
}

void import_builder::add_mean(point_record point, double time_us, std::uint64_t operations) {
    fill_statistics(point, {time_us});
    fill_bandwidths(point);
    point.operations_per_sample = operations;
    point.stop_reason = "iterations";
    add(std::move(point));
}

void import_builder::add(point_record point) {
    const auto [found, fresh] = places_.try_emplace(text_of(point.key));
    place& here = found->second;
    if (fresh) {
        here.index = static_cast<std::int64_t>(places_.size()) - 1;
    } else if (here.execution == execution_) {
        ++here.round;
    } else {
        ++here.launch;
        here.round = 0;
    }
    here.execution = execution_;
    point.index = here.index;
    point.launch = here.launch;
    point.soak_round = here.round;
    run_.header.plan.launches = std::max(run_.header.plan.launches, here.launch + 1);
    run_.points.push_back(std::move(point));
}

imported_run import_builder::finish(std::string provenance_json) {
    std::string keys;
    for (const auto& [key, where] : places_) keys += key + '\n';
    run_.header.plan.points = static_cast<std::int64_t>(places_.size());
    run_.header.plan.hash = hash_text(keys);
    run_.header.provenance_json = std::move(provenance_json);
    return std::move(run_);
}

}  // namespace railgauge
