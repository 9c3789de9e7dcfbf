// Memory that processes of one host and user share: a memfd, so that it survives nothing but its
// users (no file stays behind after a kill) and does not depend on the size of /dev/shm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace railgauge {

/// What another process needs to open a segment. Trivially copyable, for sending as bytes.
struct segment_handle {
    std::int64_t pid = -1;     ///< of a process that holds the file open
    std::int32_t fd = -1;      ///< in that process
    std::uint32_t unused = 0;  ///< no padding, so that a handle can be compared and sent as bytes
    std::uint64_t bytes = 0;
    std::uint64_t inode = 0;  ///< tells a stale handle (pid or fd used again) from a good one

    /// "pid:fd:bytes:inode", for an environment variable.
    [[nodiscard]] std::string text() const;
    /// The inverse. Throws usage_error where the text is not a handle.
    [[nodiscard]] static segment_handle from_text(const std::string& text);
    friend bool operator==(const segment_handle&, const segment_handle&) = default;
};

class shared_segment {
public:
    shared_segment() noexcept = default;
    ~shared_segment();
    shared_segment(shared_segment&& other) noexcept;
    shared_segment& operator=(shared_segment&& other) noexcept;
    shared_segment(const shared_segment&) = delete;
    shared_segment& operator=(const shared_segment&) = delete;

    /// A zeroed segment of `bytes` (0 is allowed), its memory reserved now: an access later never
    /// faults for want of memory, and the pages lie near the calling core. `huge_pages` asks for
    /// transparent huge pages, where the kernel gives them to shared memory. `name` shows in
    /// /proc/<pid>/maps. Throws capability_error where `bytes` exceeds the memory that is
    /// available, system_error where the kernel refuses.
    [[nodiscard]] static shared_segment create(const std::string& name, std::size_t bytes,
                                               bool huge_pages = false);

    /// Maps a segment that a living process of the same user made. The segment stays valid when
    /// its maker dies later. Throws system_error, or capability_error for a stale handle.
    [[nodiscard]] static shared_segment open(const segment_handle& handle);

    /// First byte, page-aligned; nullptr in a default-constructed or moved-from segment.
    [[nodiscard]] std::byte* data() const noexcept { return data_; }
    /// As asked in `create`.
    [[nodiscard]] std::size_t bytes() const noexcept { return handle_.bytes; }
    /// For another process to `open`. In the maker, and in a process forked from it, the handle
    /// names the calling process; in one that opened the segment it names the maker, which then
    /// must still live.
    [[nodiscard]] segment_handle handle() const noexcept;

private:
    void release() noexcept;

    std::byte* data_ = nullptr;
    std::size_t mapped_bytes_ = 0;
    int fd_ = -1;  ///< held by the maker only, so that many peers do not use up descriptors
    segment_handle handle_;
};

/// MemAvailable of /proc/meminfo, in bytes; the largest value where the kernel does not say.
[[nodiscard]] std::size_t available_memory_bytes() noexcept;

}  // namespace railgauge
