// Reads many points fast, for those who compare them: no samples, a line that is wrong is named and
// left out.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

/// What a comparison needs of a point; the texts live until the visitor returns. NaN: not there.
struct bulk_point {
    std::string_view op;
    std::string_view backend;
    std::string_view algorithm;
    std::string_view dtype;
    std::string_view redop = "none";
    std::string_view group = "world";
    std::string_view timing;
    std::string_view memory = "host";
    std::string_view registration = "none";
    std::string_view host_memory = "pinned";
    std::string_view start;  ///< "clock" or "barrier": a sample means something else
    std::uint64_t bytes = 0;
    std::int32_t ranks = 0;
    std::int32_t root = 0;
    std::int32_t window = 1;
    std::int32_t streams = 1;
    std::int32_t host_numa = -1;
    std::int32_t load_processors = 0;
    std::int32_t gpus_per_rank = 1;
    bool in_place = false;
    bool graph = false;
    /// A converted point that has a bandwidth alone: its time_us is that of a byte.
    bool bandwidth_alone = false;

    std::int32_t launch = 0;
    point_status status = point_status::ok;
    double time_us = std::numeric_limits<double>::quiet_NaN();  ///< the median
    double percent_of_bound = std::numeric_limits<double>::quiet_NaN();
    double energy_j_per_gb = std::numeric_limits<double>::quiet_NaN();
    double busbw_gbps = std::numeric_limits<double>::quiet_NaN();
};

class bulk_visitor {
public:
    virtual ~bulk_visitor() = default;
    virtual void on_header(run_header&& /*header*/) {}
    virtual void on_launch(launch_record&& /*launch*/) {}
    virtual void on_resume(resume_record&& /*resume*/) {}
    virtual void on_point(const bulk_point& /*point*/) {}
    virtual void on_end(run_end&& /*end*/) {}
    /// `problem` is "file:line:column: what is wrong".
    virtual void on_bad_line(const std::string& /*problem*/) {}
};

struct bulk_outcome {
    std::uint64_t lines = 0;
    std::uint64_t points = 0;
    std::uint64_t bad_lines = 0;
    bool cut = false;  ///< the last line has no newline: it was not read
};

/// Points are held against docs/result-format.md as far as they are used; `railgauge check` says
/// all that is wrong. Memory is that of the longest line. Throws input_error where the file as a
/// whole is of no use: empty, no header, a newer major version; system_error where it cannot be
/// read.
bulk_outcome read_in_bulk(const std::string& path, bulk_visitor& visitor);

/// The same from memory; `name` stands for the file in words.
bulk_outcome read_text_in_bulk(std::string_view text, const std::string& name,
                               bulk_visitor& visitor);

}  // namespace railgauge
