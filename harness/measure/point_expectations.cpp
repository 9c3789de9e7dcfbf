#include "harness/measure/point_expectations.hpp"

#include <algorithm>

namespace railgauge {
namespace {

void flag(point_record& row, const char* word) {
    if (std::ranges::find(row.flags, word) == row.flags.end()) row.flags.emplace_back(word);
}

}  // namespace

bool point_expectations::fits(const expectation& one, const point_record& row) const {
    const point_key& key = row.key;
    if (key.op != name_of(one.kind)) return false;
    if (!one.backend.empty() && key.backend != one.backend) return false;
    if (!one.algorithm.empty() && key.algorithm != one.algorithm) return false;
    if (one.ranks && key.ranks != *one.ranks) return false;
    if (key.bytes < one.least_bytes || key.bytes > one.most_bytes) return false;
    if (one.library.empty()) return true;
    const auto version = versions_.find(key.backend);
    return version != versions_.end() && version->second.find(one.library) != std::string::npos;
}

bool point_expectations::any_fits(const point_record& row) const {
    if (row.status != point_status::ok || !row.time_us) return false;
    return std::ranges::any_of(expected_, [&](const expectation& one) { return fits(one, row); });
}

bool point_expectations::judge(point_record& row) const {
    if (row.status != point_status::ok || !row.time_us) return false;
    bool below = false;
    for (const expectation& one : expected_) {
        if (!fits(one, row)) continue;
        const bool slow = one.time_high_us && row.time_us->p50 > *one.time_high_us;
        const bool narrow =
            one.busbw_low_gbps && (!row.busbw_gbps || *row.busbw_gbps < *one.busbw_low_gbps);
        if (slow || narrow) {
            below = true;
            flag(row, "below-expectation");
        } else if (one.busbw_high_gbps && row.busbw_gbps &&
                   *row.busbw_gbps > *one.busbw_high_gbps) {
            flag(row, "above-expectation");
        }
    }
    return below;
}

}  // namespace railgauge
