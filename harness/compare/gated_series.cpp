#include "harness/compare/gated_series.hpp"

#include <cmath>
#include <unordered_map>

#include "harness/compare/size_class.hpp"

namespace railgauge {
namespace {

std::string name_of_class(const point_class& one) {
    if (one.op.empty()) return "all operations";
    return one.size.empty() ? one.op : one.op + ", " + one.size;
}

}  // namespace

std::vector<double> gated_series::column(std::size_t which) const {
    std::vector<double> values;
    values.reserve(pairs());
    for (std::size_t at = which; at < log_ratios.size(); at += names.size()) {
        values.push_back(log_ratios[at]);
    }
    return values;
}

gated_series class_series(const joined_sets& joined, const point_table& table) {
    gated_series result;
    const auto classes = classes_of(joined, table);
    for (const point_class& one : classes) result.names.push_back(name_of_class(one));
    for (std::size_t pair = 0; pair < joined.pairs; ++pair) {
        for (const point_class& one : classes) result.log_ratios.push_back(one.log_ratios[pair]);
    }
    return result;
}

gated_series point_series(const joined_sets& joined, const point_table& table) {
    gated_series result;
    std::unordered_map<std::string, int> times;
    for (const joined_point& point : joined.points) {
        const std::string& algorithm = table.word(table[point.first], key_word::algorithm);
        std::string name = table.describe(point.first);
        if (!algorithm.empty()) name += ", " + algorithm;
        if (const int before = times[name]++; before > 0) {
            name += " (" + std::to_string(before + 1) + ")";
        }
        result.names.push_back(std::move(name));
    }
    result.log_ratios = joined.log_ratios;
    return result;
}

moments moments_of(std::span<const double> values) {
    moments result;
    for (const double value : values) {
        if (std::isnan(value)) continue;
        ++result.n;
        result.mean += value;
    }
    if (result.n == 0) return result;
    result.mean /= static_cast<double>(result.n);
    double squares = 0;
    for (const double value : values) {
        if (!std::isnan(value)) squares += (value - result.mean) * (value - result.mean);
    }
    if (result.n > 1) result.spread = std::sqrt(squares / static_cast<double>(result.n - 1));
    return result;
}

}  // namespace railgauge
