#include "harness/record/bulk_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <span>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/record/bulk_point.hpp"
#include "harness/record/json_line.hpp"
#include "harness/record/line_records.hpp"
#include "harness/record/schema_version.hpp"

namespace railgauge {
namespace {

constexpr std::size_t first_buffer_bytes = std::size_t{1} << 20;
constexpr std::size_t longest_line = std::size_t{1} << 29;

// What another tool measured may have a bandwidth alone: a byte's time compares as well.
double time_of(const point_record& point) {
    if (point.time_us) return point.time_us->p50;
    const bool foreign = point.key.op.find(':') != std::string::npos;
    const bool alone = foreign && point.algbw_gbps && *point.algbw_gbps > 0;
    return alone ? 1e-3 / *point.algbw_gbps : std::numeric_limits<double>::quiet_NaN();
}

bulk_point bulk_from(const point_record& point) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const point_key& key = point.key;
    bulk_point into;
    into.op = key.op;
    into.backend = key.backend;
    into.algorithm = key.algorithm;
    into.dtype = key.dtype;
    into.redop = key.redop;
    into.group = key.group;
    into.timing = key.timing;
    into.memory = key.memory;
    into.registration = key.registration;
    into.host_memory = key.host_memory;
    into.start = point.start;
    into.bytes = key.bytes;
    into.ranks = key.ranks;
    into.root = key.root;
    into.window = key.window;
    into.streams = key.streams;
    into.host_numa = key.host_numa;
    into.load_processors = key.load_processors;
    into.gpus_per_rank = key.gpus_per_rank;
    into.in_place = key.in_place;
    into.graph = key.graph;
    into.launch = point.launch;
    into.status = point.status;
    into.time_us = time_of(point);
    into.bandwidth_alone = !point.time_us && std::isfinite(into.time_us);
    into.percent_of_bound = point.percent_of_bound.value_or(nan);
    into.energy_j_per_gb = point.energy.j_per_gb.value_or(nan);
    into.busbw_gbps = point.busbw_gbps.value_or(nan);
    return into;
}

/// Lines in, records out.
class bulk_lines {
public:
    bulk_lines(const std::string& name, bulk_visitor& visitor) : name_(name), visitor_(visitor) {}

    // After the line there are bulk_point_parser::padding() readable bytes.
    void take(std::span<char> bytes) {
        ++outcome_.lines;
        bulk_point point;
        const std::string_view line(bytes.data(), bytes.size());
        if (header_ && parser_.parse(bytes, point)) {
            ++outcome_.points;
            visitor_.on_point(point);
            return;
        }
        try {
            take_slowly(line);
        } catch (const line_error& problem) {
            const input_error named(name_, outcome_.lines, problem.column(), problem.what());
            if (!header_) throw named;
            ++outcome_.bad_lines;
            visitor_.on_bad_line(named.what());
        }
    }

    bulk_outcome finish(bool cut) {
        outcome_.cut = cut;
        if (!header_) {
            throw input_error(name_, 1, 1,
                              cut ? "the file is cut within its header" : "the file is empty");
        }
        return outcome_;
    }

private:
    void take_slowly(std::string_view line) {
        const json_line parsed = parse_json_line(line, false);
        const json_fields fields(parsed.object, line);
        const std::string kind = fields.text("kind");
        if (!header_) {
            if (kind != "header") {
                throw line_error(1, "the first line is not a header of a railgauge results file");
            }
            newer_minor_ = check_schema(fields, line);
            visitor_.on_header(header_from(fields));
            header_ = true;
        } else if (kind == "header") {
            throw line_error(1, "a second header");
        } else if (kind == "point") {
            const point_record point = point_from(fields);
            if (point.status == point_status::ok && !(time_of(point) > 0)) {
                fields.fail("time_us",
                            "of a point that is ok has no positive median \"p50\" in "
                            "microseconds");
            }
            ++outcome_.points;
            visitor_.on_point(bulk_from(point));
        } else if (kind == "launch") {
            visitor_.on_launch(launch_from(fields));
        } else if (kind == "resume") {
            visitor_.on_resume(resume_from(fields));
        } else if (kind == "end") {
            visitor_.on_end(end_from(fields));
        } else if (kind != "communicator" && !newer_minor_) {
            fields.fail("kind", "is none of header, launch, communicator, resume, point, end");
        }
    }

    const std::string& name_;
    bulk_visitor& visitor_;
    bulk_point_parser parser_;
    bulk_outcome outcome_;
    bool header_ = false;
    bool newer_minor_ = false;
};

/// Bytes in, whole lines out. The buffer grows to the longest line, and ends with the padding.
template <typename Read>
bulk_outcome read_lines(const std::string& name, bulk_visitor& visitor, Read read) {
    bulk_lines lines(name, visitor);
    std::vector<char> buffer(first_buffer_bytes + bulk_point_parser::padding());
    std::size_t held = 0;
    for (;;) {
        const std::size_t room = buffer.size() - bulk_point_parser::padding() - held;
        const std::size_t got = read(buffer.data() + held, room);
        if (got == 0) return lines.finish(held > 0);
        const std::size_t searched = held;
        held += got;
        std::size_t from = 0;
        std::size_t look = searched;
        while (const void* found = std::memchr(buffer.data() + look, '\n', held - look)) {
            const auto end =
                static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
            lines.take({buffer.data() + from, end - from});
            from = look = end + 1;
            if (look == held) break;
        }
        std::memmove(buffer.data(), buffer.data() + from, held - from);
        held -= from;
        if (held > longest_line) throw input_error(name, 1, 1, "a line is longer than 512 MiB");
        if (held + bulk_point_parser::padding() == buffer.size()) buffer.resize(2 * buffer.size());
    }
}

}  // namespace

bulk_outcome read_in_bulk(const std::string& path, bulk_visitor& visitor) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw system_error("open(" + path + ")", errno, "name a results file");
    struct closer {
        int file;
        ~closer() { ::close(file); }
    } const guard{file};
    return read_lines(path, visitor, [&](char* into, std::size_t room) {
        for (;;) {
            const ssize_t got = ::read(file, into, room);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) throw system_error("read(" + path + ")", errno);
        }
    });
}

bulk_outcome read_text_in_bulk(std::string_view text, const std::string& name,
                               bulk_visitor& visitor) {
    return read_lines(name, visitor, [&](char* into, std::size_t room) {
        const std::size_t some = std::min(room, text.size());
        std::memcpy(into, text.data(), some);
        text.remove_prefix(some);
        return some;
    });
}

}  // namespace railgauge
