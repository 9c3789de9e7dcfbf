// Ranks that meet over TCP: in any order, late, missing, twice, of another size or program, and
// strangers of all kinds. Each rank is a thread here; the runs of processes are in multirank/.
#include "harness/launch/tcp_assembly.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "harness/launch/seat_finding.hpp"

namespace railgauge {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The meeting of one test, on the loopback.
class meeting_test : public testing::Test {
protected:
    tcp_meeting how(int rank, int size) {
        tcp_meeting meeting;
        meeting.rank = rank;
        meeting.size = size;
        meeting.host_name = "host" + std::to_string(rank);
        meeting.secret = secret_;
        meeting.limit = limit_;
        meeting.note = [this](const std::string& text) {
            const std::scoped_lock only(mutex_);
            notes_.push_back(text);
        };
        return meeting;
    }

    std::unique_ptr<tcp_chair> chair(int size) {
        std::vector<tcp_listener> listeners;
        listeners.emplace_back("127.0.0.1");
        const std::string address = listeners.front().address();
        port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
        return std::make_unique<tcp_chair>(how(0, size), std::move(listeners));
    }

    tcp_guest guest(int rank, int size) { return {how(rank, size), "127.0.0.1", port_}; }

    /// In a thread: what the rank's reply is, or the error's text.
    std::future<std::string> come(int rank, int size, std::chrono::milliseconds after = 0ms) {
        return std::async(std::launch::async, [this, rank, size, after] {
            std::this_thread::sleep_for(after);
            return words_of([&] {
                auto one = guest(rank, size);
                return one.consult("m" + std::to_string(rank), {});
            });
        });
    }

    static std::string words_of(const std::function<std::string()>& act) {
        try {
            return act();
        } catch (const error& failure) {
            return std::to_string(static_cast<int>(failure.status())) + ": " + failure.what();
        }
    }

    /// Rank 0's round: every message comes back to its rank, with a mark.
    static std::string hold(tcp_chair& rank0) {
        return words_of([&] {
            return rank0.consult("m0", [](std::span<const std::string> all) {
                std::vector<std::string> replies;
                for (const std::string& each : all) {
                    replies.push_back(each + "!");
                }
                return replies;
            });
        });
    }

    /// A connection that says `bytes` and then nothing, until the test ends.
    void stranger(const std::string& bytes) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ASSERT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
        strangers_.push_back(fd);
    }

    ~meeting_test() override {
        for (const int fd : strangers_) {
            ::close(fd);
        }
    }

    std::vector<std::string> notes() {
        const std::scoped_lock only(mutex_);
        return notes_;
    }

    job_secret secret_ = job_secret::random();
    std::chrono::nanoseconds limit_ = 20s;
    std::uint16_t port_ = 0;

private:
    std::mutex mutex_;
    std::vector<std::string> notes_;
    std::vector<int> strangers_;
};

TEST_F(meeting_test, all_come_in_any_order) {
    auto rank0 = chair(5);
    std::vector<std::future<std::string>> others;
    for (const int rank : {3, 1, 4, 2}) {
        others.push_back(come(rank, 5, std::chrono::milliseconds(rank * 60)));
    }
    EXPECT_EQ(hold(*rank0), "m0!");
    EXPECT_EQ(others[0].get(), "m3!");
    EXPECT_EQ(others[1].get(), "m1!");
    EXPECT_EQ(others[2].get(), "m4!");
    EXPECT_EQ(others[3].get(), "m2!");
    EXPECT_THAT(notes(), IsEmpty());
}

TEST_F(meeting_test, rank_zero_comes_last) {
    { auto only_for_its_port = chair(2); }
    auto other = come(1, 2);
    std::this_thread::sleep_for(500ms);
    std::vector<tcp_listener> listeners;
    listeners.emplace_back("127.0.0.1", port_);
    tcp_chair rank0(how(0, 2), std::move(listeners));
    EXPECT_EQ(hold(rank0), "m0!");
    EXPECT_EQ(other.get(), "m1!");
}

TEST_F(meeting_test, missing_ranks_are_named_to_all) {
    limit_ = 600ms;
    auto rank0 = chair(6);
    auto two = come(2, 6);
    const std::string said = hold(*rank0);
    EXPECT_THAT(said, AllOf(HasSubstr("5: "), HasSubstr("ranks 1 and 3-5"), HasSubstr("host0"),
                            HasSubstr("127.0.0.1:" + std::to_string(port_))));
    EXPECT_EQ(two.get(), said);
}

TEST_F(meeting_test, a_master_that_is_not_there_is_named_with_its_address) {
    { auto only_for_its_port = chair(2); }
    limit_ = 500ms;
    EXPECT_THAT(come(1, 2).get(),
                AllOf(HasSubstr("5: "), HasSubstr("127.0.0.1:" + std::to_string(port_)),
                      HasSubstr("refused"), HasSubstr("MASTER_ADDR")));
}

TEST_F(meeting_test, strangers_hold_nobody_up_and_are_noted) {
    auto rank0 = chair(3);
    stranger("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    stranger("");                           // half-open: says nothing
    stranger(std::string(4, '\x01'));       // 16 MiB to come
    stranger(std::string(100000, '\xff'));  // a length of 4 GiB
    stranger(std::string("\x34\x00\x00\x00railgauge meeting 9\n", 24) + std::string(32, 'x'));
    auto one = come(1, 3, 200ms);
    auto two = come(2, 3, 300ms);
    EXPECT_EQ(hold(*rank0), "m0!");
    EXPECT_EQ(one.get(), "m1!");
    EXPECT_EQ(two.get(), "m2!");
    const auto told = notes();
    EXPECT_EQ(told.size(), 4U);  // all but the one that said nothing
    EXPECT_THAT(told, testing::Contains(HasSubstr("another version")));
    EXPECT_THAT(told, testing::Each(HasSubstr("127.0.0.1:")));
}

TEST_F(meeting_test, a_wrong_secret_is_refused_and_explained) {
    limit_ = 1500ms;
    auto rank0 = chair(2);
    auto wrong = std::async(std::launch::async, [this] {
        return words_of([this] {
            tcp_meeting meeting = how(1, 2);
            meeting.secret = job_secret::random();
            meeting.limit = 700ms;
            tcp_guest one(std::move(meeting), "127.0.0.1", port_);
            return one.consult("m1", {});
        });
    });
    EXPECT_THAT(hold(*rank0), HasSubstr("(rank 1)"));
    EXPECT_THAT(wrong.get(), AllOf(HasSubstr("5: "), HasSubstr("RAILGAUGE_SECRET")));
    EXPECT_THAT(notes(), testing::Contains(HasSubstr("does not know the secret")));
}

TEST_F(meeting_test, a_false_master_learns_nothing_and_is_named) {
    limit_ = 1500ms;
    auto real = chair(2);
    tcp_meeting meeting = how(1, 2);
    meeting.secret = job_secret::random();
    // The guest of another job: to it, this chair is the false one.
    auto other = std::async(std::launch::async, [&] {
        return words_of([&] {
            tcp_guest one(std::move(meeting), "127.0.0.1", port_);
            return one.consult("secret words", {});
        });
    });
    (void)hold(*real);
    EXPECT_THAT(other.get(), HasSubstr("5: "));
}

TEST_F(meeting_test, two_of_one_rank_are_both_named) {
    auto rank0 = chair(3);
    auto one = come(1, 3);
    auto again = come(1, 3, 300ms);
    const std::string said = hold(*rank0);
    EXPECT_THAT(said, AllOf(HasSubstr("2: "), HasSubstr("two processes say that they are rank 1"),
                            HasSubstr("host1 (pid ")));
    EXPECT_EQ(one.get(), said);
    EXPECT_EQ(again.get(), said);
}

TEST_F(meeting_test, another_world_size_is_refused) {
    auto rank0 = chair(3);
    auto one = come(1, 4);
    const std::string said = hold(*rank0);
    EXPECT_THAT(said, AllOf(HasSubstr("2: "), HasSubstr("rank 1 on host1"), HasSubstr("4 ranks"),
                            HasSubstr("of 3"), HasSubstr("WORLD_SIZE")));
    EXPECT_EQ(one.get(), said);
}

TEST_F(meeting_test, a_second_rank_zero_is_refused) {
    auto rank0 = chair(2);
    auto zero = come(0, 2);
    EXPECT_THAT(hold(*rank0), HasSubstr("each needs its own RANK"));
    EXPECT_THAT(zero.get(), HasSubstr("each needs its own RANK"));
}

TEST_F(meeting_test, a_rank_that_leaves_early_may_come_again) {
    auto rank0 = chair(2);
    auto again = std::async(std::launch::async, [this] {
        { auto gone = guest(1, 2); }
        return words_of([this] { return guest(1, 2).consult("m1", {}); });
    });
    EXPECT_EQ(hold(*rank0), "m0!");
    EXPECT_EQ(again.get(), "m1!");
}

TEST_F(meeting_test, a_rank_that_leaves_in_the_middle_is_named) {
    auto rank0 = chair(3);
    auto leaves = come(1, 3);
    auto stays = std::async(std::launch::async, [this] {
        return words_of([this] {
            auto two = guest(2, 3);
            (void)two.consult("m2", {});
            return two.consult("again", {});
        });
    });
    EXPECT_EQ(hold(*rank0), "m0!");
    EXPECT_EQ(leaves.get(), "m1!");
    const std::string said = hold(*rank0);
    EXPECT_THAT(said, AllOf(HasSubstr("5: "), HasSubstr("rank 1 on host1"), HasSubstr("left")));
    EXPECT_EQ(stays.get(), said);
}

TEST_F(meeting_test, what_rank_zero_throws_all_throw) {
    auto rank0 = chair(2);
    auto one = come(1, 2);
    const auto fails = [&] {
        return rank0->consult("", [](std::span<const std::string>) -> std::vector<std::string> {
            throw wrong_data_error("no good");
        });
    };
    EXPECT_EQ(words_of(fails), "4: no good");
    EXPECT_EQ(one.get(), "4: no good");
}

TEST_F(meeting_test, a_chair_that_dies_is_named) {
    auto rank0 = chair(3);
    auto one = come(1, 3);
    auto seen = std::async(std::launch::async, [&rank0] {
        (void)rank0->consult("", [](std::span<const std::string> all) {
            return std::vector<std::string>(all.size());
        });
    });
    std::this_thread::sleep_for(300ms);
    auto two = std::async(std::launch::async, [this] {
        return words_of([this] {
            auto guest2 = guest(2, 3);
            (void)guest2.consult("m2", {});
            return guest2.consult("again", {});
        });
    });
    seen.get();
    rank0.reset();
    EXPECT_EQ(one.get(), "");
    EXPECT_THAT(two.get(), AllOf(HasSubstr("5: "), HasSubstr("rank 0 at 127.0.0.1"),
                                 HasSubstr("left before")));
}

// ---- seats ----

host_identity host(const std::string& name) {
    return {name, "boot", "pid" + name, "ipc"};
}

struct met {
    host_seat seat;
    std::string parent;
    bool leads = false;
    std::string secret;
    std::string failure;
};

/// Each rank of `hosts` finds its seat; boards are shared by those of a host in this process.
std::vector<met> find_all(std::unique_ptr<tcp_chair> rank0,
                          const std::function<tcp_guest(int)>& guest,
                          const std::vector<std::string>& hosts,
                          const std::function<void(int, meeting_wishes&)>& adapt) {
    std::vector<met> all(hosts.size());
    std::vector<std::jthread> threads;
    for (std::size_t rank = 0; rank < hosts.size(); ++rank) {
        threads.emplace_back([&, rank] {
            meeting_wishes wishes;
            wishes.version = "1";
            wishes.management = "127.0.0.1";
            wishes.host = host(hosts[rank]);
            adapt(static_cast<int>(rank), wishes);
            try {
                std::unique_ptr<tcp_guest> line;
                if (rank != 0) {
                    line.reset(new tcp_guest(guest(static_cast<int>(rank))));
                }
                assembly& ranks = line ? static_cast<assembly&>(*line) : *rank0;
                seat_finding finding(ranks, wishes);
                (void)finding.find_seat();
                met_ranks found = finding.share_boards();
                all[rank].leads = found.tree.has_value();
                all[rank].parent = found.tree ? found.tree->parent : "";
                all[rank].secret = found.tree ? found.tree->secret.text() : "";
                all[rank].seat = std::move(found.seat);
            } catch (const error& failure) {
                all[rank].failure = failure.what();
            }
        });
    }
    threads.clear();
    return all;
}

class seat_test : public meeting_test {
protected:
    std::vector<met> find(
        const std::vector<std::string>& hosts,
        const std::function<void(int, meeting_wishes&)>& adapt = [](int, auto&) {}) {
        const int size = static_cast<int>(hosts.size());
        return find_all(
            chair(size), [this, size](int rank) { return guest(rank, size); }, hosts, adapt);
    }
};

TEST_F(seat_test, uneven_hosts_in_turns) {
    const auto all = find({"b", "a", "b", "c", "a", "b"});
    for (const met& each : all) {
        ASSERT_EQ(each.failure, "");
        EXPECT_EQ(each.seat.hosts, 3);
        EXPECT_EQ(each.seat.size, 6);
        EXPECT_EQ(each.leads, each.seat.local_rank == 0);
        ASSERT_TRUE(each.seat.where);
        EXPECT_EQ(each.seat.where->ranks(), each.seat.local_size);
    }
    EXPECT_THAT(all[5].seat.ranks_here, ElementsAre(0, 2, 5));
    EXPECT_EQ(all[5].seat.local_rank, 2);
    EXPECT_EQ(all[4].seat.host, 1);
    EXPECT_EQ(all[3].seat.host, 2);
    EXPECT_EQ(all[0].parent, "");
    EXPECT_THAT(all[1].parent, HasSubstr("127.0.0.1:"));
    EXPECT_EQ(all[1].parent, all[3].parent);
    EXPECT_EQ(all[0].secret, all[3].secret);
    EXPECT_NE(all[0].secret, job_secret().text());
    // One host's ranks look at the same memory.
    all[0].seat.where->header().interrupted.store(1);
    EXPECT_EQ(all[5].seat.where->header().interrupted.load(), 1U);
    EXPECT_EQ(all[1].seat.where->header().interrupted.load(), 0U);
}

TEST_F(seat_test, one_host_needs_no_tree) {
    for (const met& each : find({"a", "a", "a"})) {
        EXPECT_EQ(each.failure, "");
        EXPECT_EQ(each.seat.hosts, 1);
        EXPECT_FALSE(each.leads);
    }
}

TEST_F(seat_test, two_versions_are_refused_on_all_ranks) {
    const auto all = find({"a", "a", "b"}, [](int rank, meeting_wishes& wishes) {
        wishes.version = rank == 2 ? "0.9" : "1.0";
    });
    for (const met& each : all) {
        EXPECT_THAT(each.failure, AllOf(HasSubstr("rank 2 on b"), HasSubstr("railgauge 0.9"),
                                        HasSubstr("railgauge 1.0")));
    }
}

TEST_F(seat_test, a_leader_without_the_management_network_is_named_to_all) {
    const auto all = find({"a", "b", "c"}, [](int rank, meeting_wishes& wishes) {
        wishes.management = rank == 1 ? "no-such-interface" : "127.0.0.1";
    });
    for (const met& each : all) {
        EXPECT_THAT(each.failure, AllOf(HasSubstr("rank 1 on b"), HasSubstr("no-such-interface")));
    }
}

}  // namespace
}  // namespace railgauge
