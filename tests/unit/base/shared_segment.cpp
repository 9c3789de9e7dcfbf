#include "harness/base/shared_segment.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

TEST(shared_segment, a_forked_process_sees_and_changes_the_same_bytes) {
    shared_segment segment = shared_segment::create("test", 100000);
    std::memcpy(segment.data(), "parent", 7);
    const segment_handle handle = segment.handle();
    const pid_t child = fork();
    if (child == 0) {
        bool same = false;
        {
            shared_segment opened = shared_segment::open(handle);
            same = std::strcmp(reinterpret_cast<char*>(opened.data()), "parent") == 0 &&
                   opened.bytes() == 100000 && opened.handle() == handle;
            std::memcpy(opened.data() + 99990, "child", 6);
        }
        _exit(same ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_STREQ(reinterpret_cast<char*>(segment.data() + 99990), "child");
}

TEST(shared_segment, starts_zeroed_and_may_be_empty_or_huge_paged) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{5} << 20}) {
        for (const bool huge : {false, true}) {
            shared_segment segment = shared_segment::create("test", bytes, huge);
            ASSERT_NE(segment.data(), nullptr);
            EXPECT_EQ(segment.bytes(), bytes);
            EXPECT_TRUE(std::all_of(segment.data(), segment.data() + bytes,
                                    [](std::byte value) { return value == std::byte{0}; }));
        }
    }
}

TEST(shared_segment, moving_leaves_an_empty_one) {
    shared_segment first = shared_segment::create("test", 10);
    shared_segment second = std::move(first);
    EXPECT_EQ(first.data(), nullptr);
    EXPECT_EQ(first.bytes(), 0U);
    first = std::move(second);
    EXPECT_NE(first.data(), nullptr);
    EXPECT_EQ(second.data(), nullptr);
}

TEST(shared_segment, more_than_the_machine_has_is_refused_with_the_figures) {
    try {
        (void)shared_segment::create("test", available_memory_bytes() * 2);
        FAIL();
    } catch (const capability_error& failure) {
        EXPECT_NE(std::string(failure.what()).find("MemAvailable"), std::string::npos);
    }
    EXPECT_THROW((void)shared_segment::create("test", std::numeric_limits<std::size_t>::max()),
                 capability_error);
}

TEST(shared_segment, a_stale_handle_is_refused) {
    segment_handle handle;
    {
        shared_segment segment = shared_segment::create("test", 10);
        handle = segment.handle();
        segment_handle other = handle;
        ++other.inode;
        EXPECT_THROW((void)shared_segment::open(other), capability_error);
    }
    EXPECT_THROW((void)shared_segment::open(handle), system_error);
}

TEST(shared_segment, a_handle_goes_through_text) {
    shared_segment segment = shared_segment::create("test", 10);
    EXPECT_EQ(segment_handle::from_text(segment.handle().text()), segment.handle());
    for (const char* wrong : {"", "1:2:3", "1:2:3:", "1:2:3:4:5", "1:2:3:4 ", "a:2:3:4"}) {
        EXPECT_THROW((void)segment_handle::from_text(wrong), usage_error) << wrong;
    }
}

}  // namespace
}  // namespace railgauge
