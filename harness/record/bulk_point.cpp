#include "harness/record/bulk_point.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace railgauge {
namespace {

namespace od = simdjson::ondemand;

std::int32_t small(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
        throw simdjson::simdjson_error(simdjson::NUMBER_OUT_OF_RANGE);
    }
    return static_cast<std::int32_t>(value);
}

double number(od::value value) {
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                           : static_cast<double>(value.get_double());
}

std::string_view text(od::value value) {
    return value.get_string();
}
std::int32_t whole(od::value value) {
    return small(value.get_uint64());
}

// A count that older files leave null: then it is one.
std::int32_t whole_or_one(od::value value) {
    return value.is_null() ? 1 : whole(value);
}

point_status status_of(std::string_view word) {
    if (word == "ok") return point_status::ok;
    if (word == "skipped") return point_status::skipped;
    if (word == "failed") return point_status::failed;
    if (word == "invalid") return point_status::invalid;
    throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
}

double median_of(od::value value) {
    if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
    return number(value.get_object().value().find_field_unordered("p50").value());
}

bool take_key(std::string_view name, od::value value, bulk_point& into) {
    if (name == "op")
        into.op = text(value);
    else if (name == "backend")
        into.backend = text(value);
    else if (name == "algorithm")
        into.algorithm = text(value);
    else if (name == "dtype")
        into.dtype = text(value);
    else if (name == "redop")
        into.redop = text(value);
    else if (name == "group")
        into.group = text(value);
    else if (name == "timing")
        into.timing = text(value);
    else if (name == "memory")
        into.memory = text(value);
    else if (name == "registration")
        into.registration = text(value);
    else if (name == "host_memory")
        into.host_memory = text(value);
    else if (name == "start")
        into.start = text(value);
    else if (name == "bytes")
        into.bytes = value.get_uint64();
    else if (name == "ranks")
        into.ranks = whole(value);
    else if (name == "root")
        into.root = whole(value);
    else if (name == "window")
        into.window = whole_or_one(value);
    else if (name == "streams")
        into.streams = whole_or_one(value);
    else if (name == "host_numa")
        into.host_numa = whole(value);
    else if (name == "load_processors")
        into.load_processors = whole(value);
    else if (name == "gpus_per_rank")
        into.gpus_per_rank = whole(value);
    else if (name == "in_place")
        into.in_place = value.get_bool();
    else if (name == "graph")
        into.graph = value.get_bool();
    else
        return false;
    return true;
}

void take(std::string_view name, od::value value, bulk_point& into, bool& is_point,
          bool& has_status) {
    if (take_key(name, value, into)) return;
    if (name == "kind")
        is_point = text(value) == "point";
    else if (name == "launch")
        into.launch = whole(value);
    else if (name == "status") {
        into.status = status_of(text(value));
        has_status = true;
    } else if (name == "time_us")
        into.time_us = median_of(value);
    else if (name == "percent_of_bound")
        into.percent_of_bound = number(value);
    else if (name == "energy_j_per_gb")
        into.energy_j_per_gb = number(value);
    else if (name == "busbw_gbps")
        into.busbw_gbps = number(value);
}

constexpr std::uint64_t no_bytes = std::numeric_limits<std::uint64_t>::max();

// Samples stand last, and are most of a line: the place of the comma before them, which may become
// the object's end; the line's length where they are not last.
std::size_t before_samples(std::span<const char> line) {
    constexpr std::string_view mark = ",\"samples_us\"";
    const void* const quote = memrchr(line.data(), '"', line.size());
    if (quote == nullptr) return line.size();
    const auto end = static_cast<std::size_t>(static_cast<const char*>(quote) - line.data()) + 1;
    if (end < mark.size()) return line.size();
    const std::string_view found(line.data() + end - mark.size(), mark.size());
    return found == mark ? end - mark.size() : line.size();
}

}  // namespace

struct bulk_point_parser::state {
    od::parser parser;
};

bulk_point_parser::bulk_point_parser() : state_(std::make_unique<state>()) {}
bulk_point_parser::~bulk_point_parser() = default;

std::size_t bulk_point_parser::padding() noexcept {
    return simdjson::SIMDJSON_PADDING;
}

bool bulk_point_parser::parse(std::span<char> line, bulk_point& into) {
    const std::size_t shortened = before_samples(line);
    if (shortened < line.size()) line[shortened] = '}';
    const bool understood = parse_short({line.data(), std::min(shortened + 1, line.size())}, into);
    if (shortened < line.size()) line[shortened] = ',';
    return understood;
}

bool bulk_point_parser::parse_short(std::string_view line, bulk_point& into) {
    try {
        od::document document = state_->parser.iterate(line.data(), line.size(),
                                                       line.size() + simdjson::SIMDJSON_PADDING);
        into = {};
        bool is_point = false;
        bool has_status = false;
        into.bytes = no_bytes;
        for (auto field : document.get_object()) {
            const std::string_view name = field.unescaped_key();
            take(name, field.value(), into, is_point, has_status);
            if (name == "kind" && !is_point) return false;
        }
        const bool named = !into.op.empty() && !into.backend.empty() && !into.dtype.empty();
        const bool timed = into.status != point_status::ok || into.time_us > 0;
        return is_point && has_status && named && timed && into.ranks > 0 && into.window > 0 &&
               into.streams > 0 && into.bytes != no_bytes;
    } catch (const simdjson::simdjson_error&) {
        return false;
    }
}

}  // namespace railgauge
