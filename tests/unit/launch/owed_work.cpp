#include "harness/launch/owed_work.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace railgauge {
namespace {

using namespace std::chrono_literals;

TEST(owed_work, is_done_by_the_thread_that_owes_it_while_it_does) {
    int done = 0;
    EXPECT_FALSE(owed_work::any());
    {
        const owed_work one([&] { ++done; });
        const owed_work other([&] { done += 10; });
        owed_work::run();
        EXPECT_EQ(done, 11);
        std::thread([] {
            EXPECT_FALSE(owed_work::any());
            owed_work::run();
        }).join();
        EXPECT_EQ(done, 11);
    }
    owed_work::run();
    EXPECT_EQ(done, 11);
    EXPECT_FALSE(owed_work::any());
}

TEST(wait_slices, grow_from_a_millisecond_where_work_is_owed) {
    wait_slices without;
    EXPECT_EQ(without.next(), 50ms);
    EXPECT_EQ(without.next(), 50ms);
    const owed_work one([] {});
    wait_slices with;
    for (const auto expected : {1ms, 2ms, 4ms, 8ms, 16ms, 32ms, 50ms, 50ms}) {
        EXPECT_EQ(with.next(), expected);
    }
}

}  // namespace
}  // namespace railgauge
