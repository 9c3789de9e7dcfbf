#include "harness/report/table_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "harness/base/operation_kind.hpp"
#include "harness/base/units.hpp"
#include "harness/record/manner_words.hpp"
#include "harness/report/counted.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/printable.hpp"

namespace railgauge {
namespace {

constexpr double wide_share = 0.05;      // of the median, to each side
constexpr std::uint64_t p99_from = 100;  // fewer samples have no 99th percentile of their own
constexpr std::string_view bold = "1";
constexpr std::string_view dim = "2";
constexpr std::string_view red = "31";
constexpr std::string_view yellow = "33";

// One line for headings and for points, so that they stand under each other.
std::string line_of(std::string_view size, std::string_view time, std::string_view interval,
                    std::string_view p99, std::string_view algbw, std::string_view busbw,
                    std::string_view bound, std::string_view n, std::string_view algorithm,
                    bool with_bound) {
    std::string line = fmt::format("{:>10} {:>10} {:>19} {:>10} {:>9} {:>9}", size, time, interval,
                                   p99, algbw, busbw);
    if (with_bound) line += fmt::format(" {:>8}", bound);
    return line + fmt::format(" {:>8}  {:<18}  ", n, algorithm);
}

std::string show_size(const point_key& key) {
    return sized(key.op) ? format_bytes(key.bytes) : "-";
}

bool is_pair(const point_record& record) {
    return record.place && record.place->ends.size() == 2;
}

// What a reader has to know about a point that went well.
std::string notes_of(const point_record& record) {
    std::vector<std::string> notes;
    if (!record.stop_reason.empty() && record.stop_reason != "precision") {
        notes.push_back(record.stop_reason);
        // An interval that stayed wide is the first thing to know about a figure.
        const auto& time = record.time_us;
        if (time && time->ci_low && time->ci_high && time->p50 > 0) {
            const double share = (*time->ci_high - *time->ci_low) / 2 / time->p50;
            if (share > wide_share) notes.back() += fmt::format(" at +-{:.0f} %", share * 100);
        }
    }
    if (record.start == "barrier") notes.emplace_back("barrier start");
    if (record.verified == "no") notes.emplace_back("not verified");
    // Processors' energy alone is the harness's polling more than anything else.
    if (record.energy.gpus_j && record.energy.j_per_gb) {
        notes.push_back(fmt::format("{:.3g} J/GB", *record.energy.j_per_gb));
    }
    notes.insert(notes.end(), record.flags.begin(), record.flags.end());
    if (!record.binding_tier.empty()) {
        notes.push_back("bound by " + record.binding_tier);
        if (record.bound_at_ends_us && record.time_us) {
            notes.back() += fmt::format(", {:.1f} % without reduction in the network",
                                        100 * *record.bound_at_ends_us / record.time_us->p50);
        }
    }
    if (!record.bound_note.empty()) notes.push_back(record.bound_note);
    if (notes.empty()) return "ok";
    return printable(fmt::format("ok ({})", fmt::join(notes, ", ")));
}

std::string measured_line(const point_record& record, bool with_bound) {
    const std::string size = show_size(record.key);
    const std::string algorithm = printable(record.key.algorithm);
    if (!record.time_us) {
        return line_of(size, "-", "-", "-", "-", "-", "-", "-", algorithm, with_bound);
    }
    const bool bounded = record.percent_of_bound && std::isfinite(*record.percent_of_bound);
    return line_of(size, show_time(record.time_us->p50), show_interval(*record.time_us),
                   record.n < p99_from ? "-" : show_time(record.time_us->p99),
                   show_bandwidth(record.algbw_gbps), show_bandwidth(record.busbw_gbps),
                   bounded ? fmt::format("{:.1f}", *record.percent_of_bound) : "-",
                   fmt::format("{}", record.n), algorithm, with_bound);
}

}  // namespace

std::string table_printer::painted(std::string_view text, std::string_view code) const {
    if (!options_.colors) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void table_printer::begin(const run_header& header) {
    launches_ = header.plan.launches;
    if (!header.plan.suite.empty()) out_ << "suite " << printable(header.plan.suite) << ", ";
    out_ << counted(static_cast<std::uint64_t>(std::max<std::int64_t>(header.plan.points, 0)),
                    "point")
         << ", "
         << counted(static_cast<std::uint64_t>(std::max<std::int32_t>(launches_, 0)), "launch")
         << "\ntime: the median of n samples; [low, high]: its 95 % confidence interval "
         << (launches_ == 1 ? "within this launch" : "within each launch")
         << ";\nalgbw, busbw: GB/s, 1 GB = 1e9 bytes\n"
         << std::flush;
}

std::string table_printer::series_of(const point_record& record, bool of_launch) const {
    const point_key& key = record.key;
    std::vector<std::string> words{key.op, key.backend};
    // What moves no data has no type.
    const auto kind = operation_kind_from(key.op);
    if (!kind || moves_message(*kind)) {
        words.push_back(key.redop.empty() || key.redop == "none" ? key.dtype
                                                                 : key.dtype + " " + key.redop);
    }
    words.push_back(key.timing);
    words.push_back(counted(static_cast<std::uint64_t>(std::max(key.ranks, 0)), "rank"));
    if (key.in_place) words.emplace_back("in place");
    if (key.root != 0) words.push_back(fmt::format("root {}", key.root));
    if (key.window != 1) words.push_back(fmt::format("window {}", key.window));
    if (key.memory != "host") words.push_back(key.memory);
    for (std::string& word : manner_words(key)) words.push_back(std::move(word));
    if (record.place) {
        const int concurrent = record.place->concurrent;
        words.push_back(key.group.substr(0, key.group.find(':')));
        if (concurrent > 1) words.push_back(fmt::format("{} groups at once", concurrent));
    } else if (key.group != "world") {
        words.push_back("group " + key.group);
    }
    if (launches_ > 1 && of_launch) {
        words.push_back(fmt::format("launch {} of {}", record.launch + 1, launches_));
    }
    if (record.soak_round > 0) words.push_back(fmt::format("round {}", record.soak_round + 1));
    return printable(fmt::format("{}", fmt::join(words, "  ")));
}

void table_printer::print_heading(const std::string& series) {
    out_ << '\n' << painted(series, bold) << '\n';
    out_ << painted(line_of("size", "time", "[95 %]", "p99", "algbw", "busbw", "% bound", "n",
                            "algorithm", with_bound_) +
                        "status",
                    dim)
         << '\n';
}

void table_printer::point(const point_record& record) {
    counts_.add(record.status);
    grouped_ = grouped_ || record.place.has_value();
    const std::string series = series_of(record, true);
    if (is_pair(record)) {
        pairs_.add(record);
        if (record.status == point_status::ok || was_told(record, series)) return;
    }
    if (launches_ > 1 && !is_pair(record)) summary_.add(series_of(record, false), record);
    const bool bound_appears = record.percent_of_bound.has_value() && !with_bound_;
    with_bound_ = with_bound_ || bound_appears;
    // Sizes that start again are another series of the plan: another algorithm was asked for.
    const bool starts_again =
        record.key.bytes <= last_bytes_ && !(record.place && record.index == last_index_);
    if (series != series_ || bound_appears || starts_again) {
        print_heading(series);
        series_ = series;
    }
    last_bytes_ = record.key.bytes;
    last_index_ = record.index;
    std::string status = notes_of(record);
    if (record.status != point_status::ok) {
        status = fmt::format("{}: {}", name_of(record.status), printable(record.reason));
        status = painted(status, record.status == point_status::skipped ? yellow : red);
    }
    out_ << measured_line(record, with_bound_);
    if (record.place) out_ << fmt::format("{:<18}  ", printable(record.key.group));
    out_ << status << '\n' << std::flush;
}

// Not of pairs, of which there may be thousands.
void table_printer::made(const communicator_record& communicator) {
    if (communicator.group.find("pairs:") != std::string::npos) return;
    std::string text = fmt::format("{} communicator of {}", communicator.backend,
                                   counted(static_cast<std::uint64_t>(communicator.ranks), "rank"));
    if (communicator.group != "world") text += fmt::format(" ({})", communicator.group);
    if (launches_ > 1) text += fmt::format(", launch {}", communicator.launch + 1);
    out_ << '\n' << printable(text) << ": made in " << format_duration_us(communicator.init_us);
    if (communicator.ranks > 1) out_ << ", rank " << communicator.last_rank << " the longest";
    out_ << '\n' << std::flush;
    series_.clear();  // the next point has its heading again
}

// What holds for every pair alike (a backend that cannot do it) is said once.
bool table_printer::was_told(const point_record& record, const std::string& series) {
    const std::string text =
        fmt::format("{}\n{}\n{}", series, name_of(record.status), record.reason);
    return text == std::exchange(told_, text);
}

void table_printer::end(const std::optional<run_end>& closing) {
    summary_.print(out_);
    pairs_.print(out_, {options_.columns, options_.colors});
    const status_counts& counts = closing ? closing->counts : counts_;
    out_ << '\n' << counted(counts.total(), grouped_ ? "row" : "point");
    for (const point_status status :
         {point_status::ok, point_status::skipped, point_status::failed, point_status::invalid}) {
        if (counts[status] != 0) out_ << ", " << counts[status] << ' ' << name_of(status);
    }
    out_ << '\n';
    if (!closing) {
        out_ << painted("the run was cut: it has no closing line", red) << '\n';
    } else if (closing->status != 0) {
        out_ << painted(fmt::format("status {}: {}", closing->status, printable(closing->reason)),
                        red)
             << '\n';
    }
    out_ << std::flush;
}

}  // namespace railgauge
