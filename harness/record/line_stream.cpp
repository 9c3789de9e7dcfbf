#include "harness/record/line_stream.hpp"

#include "harness/base/error.hpp"
#include "harness/record/json_line.hpp"
#include "harness/record/line_records.hpp"
#include "harness/record/schema_version.hpp"

namespace railgauge {
namespace {

constexpr std::size_t longest_line = std::size_t{1} << 29;

}  // namespace

void line_stream::feed(std::string_view chunk) {
    for (auto end = chunk.find('\n'); end != std::string_view::npos; end = chunk.find('\n')) {
        if (begun_.empty()) {
            take(chunk.substr(0, end));
        } else {
            begun_ += chunk.substr(0, end);
            take(begun_);
            begun_.clear();
        }
        chunk.remove_prefix(end + 1);
    }
    begun_ += chunk;
    if (begun_.size() > longest_line) {
        throw input_error(name_, outcome_.lines + 1, 1, "a line is longer than 512 MiB");
    }
}

read_outcome line_stream::finish() const {
    read_outcome outcome = outcome_;
    outcome.cut = !begun_.empty();
    return outcome;
}

void line_stream::take(std::string_view line) {
    const std::uint64_t number = outcome_.lines + 1;
    try {
        dispatch(line);
    } catch (const line_error& problem) {
        const input_error named(name_, number, problem.column(), problem.what());
        if (!options_.pass_bad_lines || !outcome_.header) throw named;
        ++outcome_.bad_lines;
        visitor_.on_bad_line(named.what());
    }
    outcome_.lines = number;
    outcome_.whole_bytes += line.size() + 1;
}

void line_stream::check_order(const std::string& kind) const {
    if (!outcome_.header && kind != "header") {
        throw line_error(1, "the first line is not a header of a railgauge results file");
    }
    if (outcome_.header && kind == "header") throw line_error(1, "a second header");
    if (outcome_.ended && kind != "resume") {
        throw line_error(1, "a line after the closing line (only \"resume\" may follow it)");
    }
}

void line_stream::dispatch(std::string_view line) {
    json_line parsed = parse_json_line(line, options_.samples);
    const json_fields fields(parsed.object, line);
    const std::uint64_t number = outcome_.lines + 1;
    const std::string kind = fields.text("kind");
    check_order(kind);
    outcome_.ended = false;
    if (kind == "header") {
        newer_minor_ = check_schema(fields, line);
        visitor_.on_header(header_from(fields), number);
        outcome_.header = true;
    } else if (kind == "point") {
        point_record point = point_from(fields);
        point.samples_us = std::move(parsed.samples_us);
        visitor_.on_point(std::move(point), number);
    } else if (kind == "launch") {
        visitor_.on_launch(launch_from(fields), number);
    } else if (kind == "communicator") {
        visitor_.on_communicator(communicator_from(fields), number);
    } else if (kind == "resume") {
        visitor_.on_resume(resume_from(fields), number);
    } else if (kind == "end") {
        visitor_.on_end(end_from(fields), number);
        outcome_.ended = true;
    } else if (!newer_minor_) {
        fields.fail("kind", "is none of header, launch, communicator, resume, point, end");
    }
}

}  // namespace railgauge
