#include "harness/base/shared_segment.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <limits>
#include <utility>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

/// Below this the look into /proc/meminfo costs more than it could save.
constexpr std::size_t check_from_bytes = std::size_t{1} << 20;

std::size_t rounded_to_pages(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return std::max<std::size_t>(1, (bytes + page - 1) / page) * page;
}

void require_available(std::size_t bytes) {
    // The kernel's own limit for a file, and no sum of sizes below it overflows.
    if (bytes > static_cast<std::size_t>(std::numeric_limits<off_t>::max()) / 2) {
        throw capability_error(
            fmt::format("{} bytes of shared memory: no machine has them", bytes));
    }
    if (bytes < check_from_bytes) {
        return;
    }
    const std::size_t available = available_memory_bytes();
    if (bytes > available) {
        throw capability_error(fmt::format(
            "{:.1f} MiB of shared memory asked for, {:.1f} MiB are available (MemAvailable in "
            "/proc/meminfo); use smaller sizes or fewer ranks",
            static_cast<double>(bytes) / 1048576.0, static_cast<double>(available) / 1048576.0));
    }
}

/// Allocates the pages now, so that want of memory is an error here and not a SIGBUS later. Huge
/// pages come only through a fault in an advised mapping, fallocate would take small ones.
void reserve(int fd, std::byte* data, std::size_t bytes, bool huge_pages) {
#ifdef MADV_POPULATE_WRITE
    if (huge_pages && ::madvise(data, bytes, MADV_HUGEPAGE) == 0 &&
        ::madvise(data, bytes, MADV_POPULATE_WRITE) == 0) {
        return;
    }
#endif
    int result = 0;
    do {
        result = ::fallocate(fd, 0, 0, static_cast<off_t>(bytes));
    } while (result != 0 && errno == EINTR);
    if (result != 0) {
        const int cause = errno;
        throw system_error(fmt::format("fallocate of {} bytes of shared memory", bytes), cause,
                           "use smaller sizes or fewer ranks");
    }
}

std::byte* map(int fd, std::size_t bytes) {
    void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (address == MAP_FAILED) {
        const int cause = errno;
        throw system_error(fmt::format("mmap of {} bytes of shared memory", bytes), cause,
                           "the limit on address space (ulimit -v) may be too small");
    }
    return static_cast<std::byte*>(address);
}

std::string advice_for_open(int cause) {
    if (cause == EACCES || cause == EPERM) {
        return "ranks of one host must run as the same user and see each other's /proc/<pid>/fd: "
               "mount /proc without hidepid, and in containers allow ptrace (--cap-add SYS_PTRACE)";
    }
    if (cause == ENOENT) {
        return "the process has ended, or it runs in another container: ranks of one host must "
               "share a pid namespace";
    }
    return {};
}

}  // namespace

std::size_t available_memory_bytes() noexcept {
    try {
        std::ifstream file("/proc/meminfo");
        std::string word;
        while (file >> word) {
            std::size_t kibibytes = 0;
            if (word == "MemAvailable:" && file >> kibibytes) {
                return kibibytes * 1024;
            }
        }
    } catch (const std::exception&) {
        // An unreadable /proc means that nothing is known, which is what the value says.
    }
    return std::numeric_limits<std::size_t>::max();
}

std::string segment_handle::text() const {
    return fmt::format("{}:{}:{}:{}", pid, fd, bytes, inode);
}

segment_handle segment_handle::from_text(const std::string& text) {
    segment_handle handle;
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto number = [&](auto& value, char after) {
        const auto [next, code] = std::from_chars(at, end, value);
        const bool closed = after == '\0' ? next == end : next != end && *next == after;
        if (code != std::errc{} || !closed) {
            throw usage_error(fmt::format(
                "'{}' is not the handle of a shared segment (pid:fd:bytes:inode)", text));
        }
        at = after == '\0' ? next : next + 1;
    };
    number(handle.pid, ':');
    number(handle.fd, ':');
    number(handle.bytes, ':');
    number(handle.inode, '\0');
    return handle;
}

shared_segment::~shared_segment() {
    release();
}

shared_segment::shared_segment(shared_segment&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      mapped_bytes_(std::exchange(other.mapped_bytes_, 0)),
      fd_(std::exchange(other.fd_, -1)),
      handle_(std::exchange(other.handle_, {})) {}

shared_segment& shared_segment::operator=(shared_segment&& other) noexcept {
    if (this != &other) {
        release();
        data_ = std::exchange(other.data_, nullptr);
        mapped_bytes_ = std::exchange(other.mapped_bytes_, 0);
        fd_ = std::exchange(other.fd_, -1);
        handle_ = std::exchange(other.handle_, {});
    }
    return *this;
}

shared_segment shared_segment::create(const std::string& name, std::size_t bytes, bool huge_pages) {
    require_available(bytes);
    shared_segment made;
    made.fd_ = ::memfd_create(("railgauge-" + name).c_str(), MFD_CLOEXEC);
    if (made.fd_ < 0) {
        throw system_error("memfd_create", errno, "raise the limit on open files (ulimit -n)");
    }
    const std::size_t whole = rounded_to_pages(bytes);
    if (::ftruncate(made.fd_, static_cast<off_t>(whole)) != 0) {
        const int cause = errno;
        throw system_error(fmt::format("ftruncate of shared memory to {} bytes", whole), cause,
                           "the limit on file sizes (ulimit -f) counts here as well");
    }
    made.data_ = map(made.fd_, whole);
    made.mapped_bytes_ = whole;
    reserve(made.fd_, made.data_, whole, huge_pages);
    struct stat status {};
    if (::fstat(made.fd_, &status) != 0) {
        throw system_error("fstat of shared memory", errno);
    }
    made.handle_ = {::getpid(), made.fd_, 0, bytes, status.st_ino};
    return made;
}

shared_segment shared_segment::open(const segment_handle& handle) {
    const std::string path = fmt::format("/proc/{}/fd/{}", handle.pid, handle.fd);
    // Looked at before it is opened: with a used-again descriptor this could be a pipe or a
    // terminal, and opening those has effects.
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        const int cause = errno;
        throw system_error("stat of " + path, cause, advice_for_open(cause));
    }
    const std::size_t whole = rounded_to_pages(handle.bytes);
    if (status.st_ino != handle.inode || !S_ISREG(status.st_mode) ||
        static_cast<std::size_t>(status.st_size) != whole) {
        throw capability_error(path +
                               " is not the shared segment that was announced; its process has "
                               "ended or runs in another pid namespace: start all ranks of a host "
                               "in one container");
    }
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        const int cause = errno;
        throw system_error("open of " + path, cause, advice_for_open(cause));
    }
    shared_segment opened;
    opened.fd_ = fd;
    opened.data_ = map(fd, whole);
    opened.mapped_bytes_ = whole;
    opened.handle_ = handle;
    ::close(std::exchange(opened.fd_, -1));
    return opened;
}

segment_handle shared_segment::handle() const noexcept {
    segment_handle mine = handle_;
    if (fd_ >= 0) {
        mine.pid = ::getpid();
    }
    return mine;
}

void shared_segment::release() noexcept {
    if (data_ != nullptr) {
        ::munmap(data_, mapped_bytes_);
    }
    if (fd_ >= 0) {
        ::close(fd_);
    }
    data_ = nullptr;
    fd_ = -1;
}

}  // namespace railgauge
