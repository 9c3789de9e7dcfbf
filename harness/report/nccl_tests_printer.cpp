#include "harness/report/nccl_tests_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/base/operation_kind.hpp"
#include "harness/record/manner_words.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_notes = 20;

std::string_view nccl_type(std::string_view dtype) {
    if (dtype == "fp8_e4m3") return "f8e4m3";
    if (dtype == "fp8_e5m2") return "f8e5m2";
    if (dtype == "float16") return "half";
    if (dtype == "float32") return "float";
    if (dtype == "float64") return "double";
    return dtype;
}

// Types are named by their width in bits, their first number: int8 ... float64, fp8_e4m3.
std::uint64_t bytes_of_element(std::string_view dtype) {
    std::uint64_t bits = 0;
    for (const char c : dtype) {
        const bool digit = c >= '0' && c <= '9';
        if (digit) bits = bits * 10 + static_cast<std::uint64_t>(c - '0');
        if (!digit && bits != 0) break;
    }
    return std::max<std::uint64_t>(bits / 8, 1);
}

// nccl-tests' count is what the call takes: for these operations one rank's share of the message.
std::uint64_t count_of(const point_key& key) {
    const std::uint64_t elements = key.bytes / bytes_of_element(key.dtype);
    const auto kind = operation_kind_from(key.op);
    const bool shared = kind == operation_kind::all_gather || kind == operation_kind::gather ||
                        kind == operation_kind::reduce_scatter || kind == operation_kind::scatter ||
                        kind == operation_kind::all_to_all;
    return shared && key.ranks > 0 ? elements / static_cast<std::uint64_t>(key.ranks) : elements;
}

std::string left_of(const point_key& key) {
    const auto kind = operation_kind_from(key.op);
    return fmt::format("{:12}  {:12}  {:>8}  {:>6}  {:6}", key.bytes, count_of(key),
                       printable(nccl_type(key.dtype)), printable(key.redop),
                       kind && is_rooted(*kind) ? key.root : -1);
}

std::string subject_of(const point_record& record) {
    const point_key& key = record.key;
    std::string text = fmt::format("{} {} {} ranks", key.op, key.backend, key.ranks);
    if (key.group != "world") text += " group " + key.group;
    if (key.window != 1) text += fmt::format(", window {}", key.window);
    if (key.memory != "host") text += ", memory " + key.memory;
    for (const std::string& word : manner_words(key)) text += ", " + word;
    text += fmt::format(" launch {}", record.launch);
    if (record.soak_round > 0) text += fmt::format(" round {}", record.soak_round);
    return printable(text);
}

std::string nccl_time(double time_us) {
    const int decimals = time_us >= 10000 ? 0 : time_us >= 100 ? 1 : 2;
    return fmt::format("{:.{}f}", time_us, decimals);
}

std::string nccl_bandwidth(std::optional<double> gbps) {
    return gbps && std::isfinite(*gbps) ? fmt::format("{:.2f}", *gbps) : "N/A";
}

// 0: all right, N/A: not verified. A barrier has nothing to verify, so nothing is wrong.
std::string wrong_of(const point_record& record) {
    if (record.status == point_status::invalid) return "1";
    return record.verified == "yes" ? "0" : "N/A";
}

// A reason must not hold the words by which scripts find the table's first and last line.
std::string without_landmarks(std::string text) {
    for (const std::string_view landmark : {"out-of-place", "Out of bounds values"}) {
        for (auto at = text.find(landmark); at != std::string::npos; at = text.find(landmark, at)) {
            text.replace(at, landmark.size(), "(...)");
        }
    }
    return text;
}

}  // namespace

void nccl_tests_printer::begin(const run_header& header) {
    out_ << "# railgauge run " << printable(header.run_id) << '\n'
         << "# time: the median, in us\n#\n"
         << std::flush;
}

nccl_tests_printer::table& nccl_tests_printer::table_for(const std::string& timing) {
    const auto found = std::find_if(tables_.begin(), tables_.end(),
                                    [&](const table& open) { return open.timing == timing; });
    if (found != tables_.end()) return *found;
    return tables_.emplace_back(table{timing, {}, {}, 0, 0});
}

// A size that is there already with another algorithm is another row: nothing may be overwritten.
nccl_tests_printer::row& nccl_tests_printer::row_for(table& of, const point_record& record) {
    const std::string left = left_of(record.key);
    const auto found = std::find_if(of.rows.rbegin(), of.rows.rend(), [&](const row& known) {
        const side& mine = record.key.in_place ? known.in_place : known.out_of_place;
        return known.left == left && known.algorithm == record.key.algorithm && !mine.present;
    });
    if (found != of.rows.rend()) return *found;
    return of.rows.emplace_back(row{record.key.algorithm, left, {}, {}});
}

void nccl_tests_printer::point(const point_record& record) {
    const std::string subject = subject_of(record);
    if (subject != subject_) {
        finish_tables();
        subject_ = subject;
    }
    table& mine = table_for(record.key.timing);
    if (record.status != point_status::ok) {
        if (mine.notes.size() < most_notes) {
            mine.notes.push_back(fmt::format("# {} {} B {}{}: {}", name_of(record.status),
                                             record.key.bytes, printable(record.key.dtype),
                                             record.key.in_place ? " in place" : "",
                                             without_landmarks(printable(record.reason))));
        } else {
            ++mine.notes_left_out;
        }
    }
    if (record.status == point_status::invalid) ++mine.wrong_points;
    // What never ran has no row; what ran wrong keeps one, for its #wrong.
    if (record.status == point_status::skipped || record.status == point_status::failed) return;
    row& here = row_for(mine, record);
    side& result = record.key.in_place ? here.in_place : here.out_of_place;
    result.present = true;
    result.wrong = wrong_of(record);
    if (record.time_us && std::isfinite(record.time_us->p50)) result.time_us = record.time_us->p50;
    result.algbw_gbps = record.algbw_gbps;
    result.busbw_gbps = record.busbw_gbps;
}

void nccl_tests_printer::append_side(std::string& line, const side& result) {
    line += fmt::format(
        "  {:>7}  {:>6}  {:>6}  {:>5}", result.time_us ? nccl_time(*result.time_us) : "N/A",
        nccl_bandwidth(result.algbw_gbps), nccl_bandwidth(result.busbw_gbps), result.wrong);
}

void nccl_tests_printer::print(const table& finished) {
    const auto heading = [&](std::string_view size, std::string_view count, std::string_view type,
                             std::string_view redop, std::string_view root) {
        out_ << fmt::format("# {:>10}  {:>12}  {:>8}  {:>6}  {:>6}", size, count, type, redop,
                            root);
    };
    out_ << "# " << subject_ << ' ' << printable(finished.timing) << "\n#\n";
    heading("", "", "", "", "");
    out_ << fmt::format("{:11}{:<12}{:23}{:<8}{:10}\n", "", "out-of-place", "", "in-place", "");
    heading("size", "count", "type", "redop", "root");
    for (int i = 0; i < 2; ++i) {
        out_ << fmt::format("  {:>7}  {:>6}  {:>6} {:>6}", "time", "algbw", "busbw", "#wrong");
    }
    out_ << '\n';
    heading("(B)", "(elements)", "", "", "");
    for (int i = 0; i < 2; ++i) {
        out_ << fmt::format("  {:>7}  {:>6}  {:>6}  {:>5}", "(us)", "(GB/s)", "(GB/s)", "");
    }
    out_ << '\n';
    double sum = 0;
    std::uint64_t count = 0;
    const bool several = std::ranges::any_of(finished.rows, [&](const row& each) {
        return each.algorithm != finished.rows.front().algorithm;
    });
    for (const row& each : finished.rows) {
        // Nothing else would tell these rows apart.
        const bool named =
            &each == &finished.rows.front() || each.algorithm != (&each - 1)->algorithm;
        if (several && named) out_ << "# algorithm: " << printable(each.algorithm) << '\n';
        std::string line = each.left;
        for (const side* result : {&each.out_of_place, &each.in_place}) {
            append_side(line, *result);
            if (!result->busbw_gbps || !std::isfinite(*result->busbw_gbps)) continue;
            sum += *result->busbw_gbps;
            ++count;
        }
        out_ << line << '\n';
    }
    for (const std::string& note : finished.notes) out_ << note << '\n';
    if (finished.notes_left_out != 0) out_ << "# and " << finished.notes_left_out << " more\n";
    out_ << "# Out of bounds values : " << finished.wrong_points
         << (finished.wrong_points != 0 ? " FAILED" : " OK") << '\n';
    // Without a single bandwidth (barrier) there is no average; nccl-tests would divide by zero.
    out_ << "# Avg bus bandwidth    : "
         << (count != 0 ? fmt::format("{:g}", sum / static_cast<double>(count)) : "N/A") << " \n#\n"
         << std::flush;
}

void nccl_tests_printer::finish_tables() {
    for (const table& open : tables_) print(open);
    tables_.clear();
}

void nccl_tests_printer::end(const std::optional<run_end>& /*closing*/) {
    finish_tables();
    subject_.clear();
}

}  // namespace railgauge
