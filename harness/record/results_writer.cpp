#include "harness/record/results_writer.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "harness/base/error.hpp"
#include "harness/record/lines.hpp"

namespace railgauge {
namespace {

constexpr std::string_view disk_advice =
    "free some space or name another file; the lines before this one are kept";

int open_for(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode)) {
        // Opening it would wait for a reader, and the table is made from what can be read again.
        throw usage_error(path + " is a pipe; results need a file: name one");
    }
    const int descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
    if (descriptor < 0) {
        throw system_error("open(" + path + ")", errno, "name a file that can be written");
    }
    return descriptor;
}

// The name of a new file is data of its folder. Some file systems cannot sync a folder: then the
// name is as durable as they make it.
void sync_folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    const int descriptor =
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
}

}  // namespace

results_writer::results_writer(std::string path, mode how, const status_counts& counts)
    : path_(std::move(path)), descriptor_(open_for(path_)), counts_(counts) {
    try {
        prepare(how);
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

void results_writer::prepare(mode how) {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) throw system_error("fstat(" + path_ + ")", errno);
    regular_ = S_ISREG(status.st_mode);
    if (!regular_) return;
    // Network file systems may have no locks: only a lock that someone holds is an error.
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        throw system_error("flock(" + path_ + ")", EWOULDBLOCK,
                           "another run is writing this file; name another one");
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
    if (how == mode::create && size_ > 0) {
        throw usage_error(path_ +
                          " exists and is not empty; name another file, remove this one, "
                          "or go on with it by --resume " +
                          path_);
    }
    if (how == mode::overwrite) {
        if (::ftruncate(descriptor_, 0) != 0) {
            throw system_error("ftruncate(" + path_ + ")", errno);
        }
        size_ = 0;
    }
    if (size_ == 0) sync_folder_of(path_);
}

results_writer::~results_writer() {
    ::close(descriptor_);
}

void results_writer::write(const run_header& header) {
    write_line(to_line(header));
}
void results_writer::write(const launch_record& launch) {
    write_line(to_line(launch));
}
void results_writer::write(const communicator_record& made) {
    write_line(to_line(made));
}
void results_writer::write(const resume_record& resume) {
    write_line(to_line(resume));
}
void results_writer::write(const run_end& end) {
    write_line(to_line(end));
}

void results_writer::write(const point_record& point) {
    write(std::span(&point, 1));
}

void results_writer::write(std::span<const point_record> points) {
    if (points.empty()) return;
    std::string lines;
    for (const point_record& point : points) lines += to_line(point) + '\n';
    write_lines(lines);
    for (const point_record& point : points) counts_.add(point.status);
}

void results_writer::finish(exit_status status, std::string_view reason) {
    write(run_end{static_cast<int>(status), std::string(reason), utc_now(), counts_});
}

void results_writer::write_line(std::string line) {
    line += '\n';
    write_lines(line);
}

void results_writer::write_lines(const std::string& lines) {
    // One call writes them all, unless a signal or a full disk cuts it short.
    for (std::size_t done = 0; done < lines.size();) {
        const ssize_t wrote = ::write(descriptor_, lines.data() + done, lines.size() - done);
        if (wrote >= 0) {
            done += static_cast<std::size_t>(wrote);
            continue;
        }
        if (errno == EINTR) continue;
        const int cause = errno;
        if (regular_ && ::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
            throw system_error("write(" + path_ + ")", cause,
                               "its last line is torn; --resume takes it away");
        }
        throw system_error("write(" + path_ + ")", cause, disk_advice);
    }
    size_ += lines.size();
    if (regular_ && ::fdatasync(descriptor_) != 0) {
        throw system_error("fdatasync(" + path_ + ")", errno, disk_advice);
    }
}

}  // namespace railgauge
