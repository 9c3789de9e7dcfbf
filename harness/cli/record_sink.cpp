#include "harness/cli/record_sink.hpp"

#include <utility>

#include "harness/measure/point_keys.hpp"

namespace railgauge {
namespace {

resume_state state_of(const run_job& job) {
    const auto keys = keys_of(job.what);
    return resume_results(job.out, summary_of(job.what, job.options.launches), keys);
}

}  // namespace

record_sink::record_sink(const run_job& job, result_printer* printer)
    : record_sink(job, printer, state_of(job)) {}

record_sink::record_sink(const run_job& job, result_printer* printer, resume_state state)
    : measured_(std::move(state.measured)),
      writer_(job.out, results_writer::mode::append, state.counts),
      printer_(printer) {}

void record_sink::write(const launch_record& launch) {
    const std::scoped_lock only(mutex_);
    writer_.write(launch);
}

void record_sink::write(const communicator_record& made) {
    const std::scoped_lock only(mutex_);
    writer_.write(made);
    if (printer_ != nullptr) printer_->made(made);
}

void record_sink::write(const point_record& point) {
    write(std::span(&point, 1));
}

void record_sink::write(std::span<const point_record> rows) {
    const std::scoped_lock only(mutex_);
    std::vector<point_record> fresh;
    for (const point_record& row : rows) {
        if (!measured_.contains_row(row)) fresh.push_back(row);
    }
    writer_.write(fresh);
    for (const point_record& row : fresh) {
        measured_.add(row);
        if (printer_ != nullptr) printer_->point(row);
    }
}

bool record_sink::has_round(int launch, std::int64_t soak_round, std::int64_t index,
                            std::int32_t round) const {
    const std::scoped_lock only(mutex_);
    return measured_.contains_round(launch, soak_round, index, round);
}

bool record_sink::has(int launch, std::int64_t soak_round, std::int64_t index) const {
    const std::scoped_lock only(mutex_);
    return measured_.contains(launch, soak_round, index);
}

void record_sink::write_failure(const run_job& job, int launch, std::int64_t point,
                                const std::string& reason) {
    if (point < 0) return;
    point_record record = failed_point(job.what, point, reason);
    record.launch = launch;
    while (has(launch, record.soak_round, point)) {
        if (job.soak.count() == 0) return;
        ++record.soak_round;
    }
    if (record.place) {
        const std::scoped_lock only(mutex_);
        record.place->round = measured_.first_open_round(launch, record.soak_round, point);
    }
    write(record);
}

void record_sink::finish(exit_status status, std::string_view reason) {
    const std::scoped_lock only(mutex_);
    if (std::exchange(finished_, true)) return;
    writer_.finish(status, reason);
    if (printer_ == nullptr) return;
    run_end closing;
    closing.status = static_cast<int>(status);
    closing.reason = reason;
    closing.finished = utc_now();
    closing.counts = writer_.counts();
    printer_->end(closing);
}

run_header begin_records(const run_job& job) {
    run_header header = header_of(job);
    if (job.options.resume.empty()) {
        results_writer writer(job.out, results_writer::mode::create);
        writer.write(header);
        return header;
    }
    const auto keys = keys_of(job.what);
    const resume_state state = resume_results(job.out, header.plan, keys);
    results_writer writer(job.out, results_writer::mode::append, state.counts);
    if (state.fresh) {
        writer.write(header);
        return header;
    }
    resume_record goes_on;
    goes_on.started = header.started;
    goes_on.command = header.command;
    goes_on.provenance_json = header.provenance_json;
    writer.write(goes_on);
    return state.header;
}

void record_failure(const run_job& job, int launch, std::int64_t point, const std::string& reason) {
    record_sink(job).write_failure(job, launch, point, reason);
}

}  // namespace railgauge
