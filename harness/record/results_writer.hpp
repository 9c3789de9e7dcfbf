// Writes a results file, a durable line at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/exit_status.hpp"
#include "harness/record/point_record.hpp"
#include "harness/record/run_header.hpp"

namespace railgauge {

class results_writer {
public:
    enum class mode {
        create,     ///< a new file; one that exists and is not empty is refused (usage_error)
        overwrite,  ///< what is there is lost
        append,     ///< goes on behind the last line; see resume.hpp
    };

    /// Opens and locks the file, and syncs its folder so that the name lasts. Throws system_error
    /// when it cannot be opened or is being written by another process.
    /// `counts`: of the points that stand there already (append).
    explicit results_writer(std::string path, mode how = mode::create,
                            const status_counts& counts = {});
    ~results_writer();
    results_writer(const results_writer&) = delete;
    results_writer& operator=(const results_writer&) = delete;

    /// Each is on disk when it returns (one write, then fdatasync). Throws system_error when the
    /// disk is full or fails; what was partly written is then truncated away, so that the file
    /// holds whole lines.
    void write(const run_header& header);
    void write(const launch_record& launch);
    void write(const resume_record& resume);
    void write(const communicator_record& made);
    void write(const point_record& point);
    /// All of them at once: a crash leaves whole lines, perhaps not all.
    void write(std::span<const point_record> points);
    void write(const run_end& end);

    /// Writes the closing line with the counts so far and the time.
    void finish(exit_status status, std::string_view reason = {});

    [[nodiscard]] const status_counts& counts() const noexcept { return counts_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    void prepare(mode how);
    void write_line(std::string line);
    void write_lines(const std::string& lines);

    std::string path_;
    int descriptor_ = -1;
    bool regular_ = true;  ///< pipes and devices can be neither synced nor truncated
    std::uint64_t size_ = 0;
    status_counts counts_;
};

}  // namespace railgauge
