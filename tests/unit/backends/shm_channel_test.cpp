// The channel between two threads: order, payloads, flow control and acknowledgement.
#include "harness/backends/shm/channel.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace railgauge::shm {
namespace {

struct two_sides {
    doorbell bells[2];
    std::unique_ptr<channel> ways[2]{std::make_unique<channel>(), std::make_unique<channel>()};
    link sides[2];

    explicit two_sides(const wait_policy& policy) {
        for (std::size_t i : {0, 1}) {
            sides[i] = link(*ways[i], *ways[1 - i], bells[i], bells[1 - i], policy);
        }
    }
};

// Sleeping is part of both, so that the doorbell is tested as well.
constexpr wait_policy policies[] = {{.spins = 200, .yields = 10, .sleep_ns = 100'000},
                                    {.spins = 1, .yields = 1, .sleep_ns = 100'000}};

std::byte value_of(std::uint64_t message, std::size_t place) {
    return static_cast<std::byte>(message * 7 + place);
}

enum class form { token, small, cell, read };

// Both sides draw the same sequence.
form next_form(std::minstd_rand& draw) {
    return static_cast<form>(draw() % 4);
}

void send_one(link& to, form how, std::uint64_t number, std::vector<std::byte>& buffer) {
    std::byte payload[cell_bytes];
    for (std::size_t i = 0; i < cell_bytes; ++i) {
        payload[i] = value_of(number, i);
    }
    switch (how) {
        case form::token: to.send(); break;
        case form::small: to.send(payload, inline_bytes); break;
        case form::cell:
            std::memcpy(to.begin_cell(), payload, cell_bytes);
            to.end_cell();
            break;
        case form::read:
            std::memcpy(buffer.data(), payload, cell_bytes);
            to.send();
            to.await_acknowledged(to.sent());
            break;
    }
}

bool receive_one(link& from, form how, std::uint64_t number, const std::vector<std::byte>& theirs) {
    const std::byte* payload = from.receive();
    std::size_t bytes = 0;
    switch (how) {
        case form::token: break;
        case form::small: bytes = inline_bytes; break;
        case form::cell:
            payload = from.received_cell();
            bytes = cell_bytes;
            break;
        case form::read:
            payload = theirs.data();
            bytes = cell_bytes;
            break;
    }
    bool fine = true;
    for (std::size_t i = 0; i < bytes; ++i) {
        fine = fine && payload[i] == value_of(number, i);
    }
    if (how == form::read) {
        from.publish();
    }
    return fine;
}

class shm_channel : public ::testing::TestWithParam<wait_policy> {};
INSTANTIATE_TEST_SUITE_P(, shm_channel, ::testing::ValuesIn(policies));

TEST_P(shm_channel, delivers_one_way_in_order_whatever_the_sender_s_lead) {
    constexpr std::uint64_t messages = 5000;
    two_sides both(GetParam());
    std::vector<std::byte> buffer(cell_bytes);
    std::thread sender([&] {
        std::minstd_rand draw(1);
        for (std::uint64_t i = 0; i < messages; ++i) {
            send_one(both.sides[0], next_form(draw), i, buffer);
        }
    });
    std::minstd_rand draw(1);
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < messages; ++i) {
        wrong += receive_one(both.sides[1], next_form(draw), i, buffer) ? 0 : 1;
    }
    sender.join();
    EXPECT_EQ(wrong, 0U);
}

TEST_P(shm_channel, exchanges_need_no_acknowledgement_by_word) {
    constexpr std::uint64_t messages = 5000;
    two_sides both(GetParam());
    std::uint64_t wrong[2] = {0, 0};
    const auto run = [&](std::size_t me) {
        std::minstd_rand draw(2);
        std::vector<std::byte> unused(cell_bytes);
        for (std::uint64_t i = 0; i < messages; ++i) {
            form how = next_form(draw);
            how = how == form::read ? form::cell : how;
            send_one(both.sides[me], how, i, unused);
            wrong[me] += receive_one(both.sides[me], how, i, unused) ? 0 : 1;
        }
    };
    std::thread other(run, 1);
    run(0);
    other.join();
    EXPECT_EQ(wrong[0] + wrong[1], 0U);
    EXPECT_EQ(both.ways[0]->consumed.value.load(), 0U);
    EXPECT_EQ(both.ways[1]->consumed.value.load(), 0U);
}

// The peer says how far it is only in a message that the sender has not received yet.
TEST_P(shm_channel, a_full_ring_looks_at_messages_not_yet_received) {
    two_sides both(GetParam());
    std::byte data[cell_bytes] = {};
    std::thread other([&] {
        link& mine = both.sides[1];
        for (std::uint64_t i = 0; i < ring_cells; ++i) {
            static_cast<void>(mine.receive());
            static_cast<void>(mine.received_cell());
        }
        mine.send();
        static_cast<void>(mine.receive());
    });
    link& mine = both.sides[0];
    for (std::uint64_t i = 0; i < ring_cells + 1; ++i) {
        std::memcpy(mine.begin_cell(), data, cell_bytes);
        mine.end_cell();
    }
    static_cast<void>(mine.receive());
    other.join();
    EXPECT_EQ(mine.sent(), ring_cells + 1);
}

}  // namespace
}  // namespace railgauge::shm
