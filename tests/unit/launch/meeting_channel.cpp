// The conversation of two ends of a connection, without a connection: what holds and what does not.
#include "harness/launch/meeting_channel.hpp"

#include <gtest/gtest.h>

#include <random>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

using side = meeting_channel::side;

void deliver(meeting_channel& from, meeting_channel& to) {
    to.feed(std::exchange(from.outgoing(), {}));
}

struct pair_of_ends {
    explicit pair_of_ends(const job_secret& chairs, const job_secret& guests)
        : chair(side::chair, chairs), guest(side::guest, guests) {}

    void shake() {
        deliver(guest, chair);
        deliver(chair, guest);
        deliver(guest, chair);
        deliver(chair, guest);
    }

    meeting_channel chair;
    meeting_channel guest;
};

TEST(meeting_channel, both_prove_themselves_and_speak) {
    const job_secret secret = job_secret::random();
    pair_of_ends ends(secret, secret);
    ends.shake();
    ASSERT_TRUE(ends.chair.proven());
    ASSERT_TRUE(ends.guest.proven());
    ends.guest.send("hello");
    ends.guest.send("");
    ends.chair.send(std::string(3'000'000, 'x'));
    const std::string bytes = std::exchange(ends.guest.outgoing(), {});
    for (const char each : bytes) {
        ends.chair.feed(std::string_view(&each, 1));
    }
    EXPECT_EQ(ends.chair.next(), "hello");
    EXPECT_EQ(ends.chair.next(), "");
    EXPECT_EQ(ends.chair.next(), std::nullopt);
    deliver(ends.chair, ends.guest);
    EXPECT_EQ(ends.guest.next()->size(), 3'000'000U);
}

TEST(meeting_channel, another_secret_is_found_out_by_the_chair) {
    pair_of_ends ends(job_secret::random(), job_secret::random());
    EXPECT_THROW(ends.shake(), capability_error);
    EXPECT_FALSE(ends.chair.proven());
    EXPECT_FALSE(ends.guest.proven());
}

TEST(meeting_channel, a_proof_is_none_for_another_conversation) {
    const job_secret secret = job_secret::random();
    pair_of_ends first(secret, secret);
    deliver(first.guest, first.chair);
    deliver(first.chair, first.guest);
    const std::string proof = first.guest.outgoing();
    meeting_channel second(side::chair, secret);
    meeting_channel guest(side::guest, secret);
    deliver(guest, second);
    EXPECT_THROW(second.feed(proof), capability_error);
}

TEST(meeting_channel, a_chairs_own_words_are_no_proof) {
    // A stranger that sends back what it hears.
    meeting_channel guest(side::guest, job_secret::random());
    const std::string greeting = std::exchange(guest.outgoing(), {});
    guest.feed(greeting);
    const std::string proof = std::exchange(guest.outgoing(), {});
    EXPECT_THROW(guest.feed(proof), capability_error);
}

TEST(meeting_channel, a_changed_repeated_or_missing_message_is_found_out) {
    const job_secret secret = job_secret::random();
    for (const char fault : {'c', 'r', 'm'}) {
        pair_of_ends ends(secret, secret);
        ends.shake();
        ends.guest.send("one");
        std::string one = std::exchange(ends.guest.outgoing(), {});
        ends.guest.send("two");
        std::string two = std::exchange(ends.guest.outgoing(), {});
        if (fault == 'c') {
            one[5] ^= 1;
            EXPECT_THROW(ends.chair.feed(one), capability_error);
        } else if (fault == 'r') {
            ends.chair.feed(one);
            EXPECT_THROW(ends.chair.feed(one), capability_error);
        } else {
            EXPECT_THROW(ends.chair.feed(two), capability_error);
        }
    }
}

TEST(meeting_channel, garbage_is_refused_or_waits_for_more_and_takes_no_memory) {
    std::mt19937 random(11);
    const job_secret secret = job_secret::random();
    for (int round = 0; round < 2000; ++round) {
        meeting_channel chair(side::chair, secret);
        std::string bytes(random() % 200, '\0');
        for (char& each : bytes) {
            each = static_cast<char>(random());
        }
        try {
            chair.feed(bytes);
        } catch (const capability_error&) {
        }
        EXPECT_FALSE(chair.proven());
        EXPECT_LT(chair.outgoing().size(), 1000U);
    }
    meeting_channel chair(side::chair, secret);
    EXPECT_THROW(chair.feed(std::string(8, '\x7f')), capability_error);
}

}  // namespace
}  // namespace railgauge
