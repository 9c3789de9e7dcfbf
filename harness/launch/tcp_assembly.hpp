// Ranks that meet without a launcher's help: rank 0 listens, every other rank connects to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/error.hpp"
#include "harness/launch/assembly.hpp"
#include "harness/launch/job_secret.hpp"
#include "harness/launch/meeting_channel.hpp"
#include "harness/launch/tcp_listener.hpp"

namespace railgauge {

/// Ranks did not come in time.
class absent_error : public deadline_error {
public:
    absent_error(const std::string& message, std::vector<std::int32_t> ranks)
        : deadline_error(message), ranks_(std::move(ranks)) {}
    [[nodiscard]] const std::vector<std::int32_t>& ranks() const noexcept { return ranks_; }

private:
    std::vector<std::int32_t> ranks_;
};

/// Rank 0 could not be reached, so that nobody but this rank can say so.
class unreachable_error : public deadline_error {
public:
    using deadline_error::deadline_error;
};

struct tcp_meeting {
    int rank = 0;
    int size = 1;
    std::string host_name;
    job_secret secret;
    std::chrono::nanoseconds limit = std::chrono::seconds(30);  ///< until all have come
    /// Told of connections that were closed because they were not of this job; may be empty.
    std::function<void(const std::string&)> note;
    /// Called about every 50 ms while waiting; what it throws ends the meeting. May be empty.
    std::function<void()> while_waiting;
};

/// Rank 0's side. One thread, no blocking: whoever connects and says nothing, or garbage, holds
/// nobody up.
class tcp_chair final : public assembly {
public:
    tcp_chair(tcp_meeting meeting, std::vector<tcp_listener> listeners);
    ~tcp_chair() override;

    [[nodiscard]] int rank() const override { return 0; }
    [[nodiscard]] int size() const override { return meeting_.size; }
    /// Throws absent_error where ranks do not come within the limit, deadline_error where one
    /// leaves in the middle, usage_error where two claim the same number or another size.
    [[nodiscard]] std::string consult(const std::string& mine, const chair& answer) override;
    /// After the meeting: waits for up to 50 ms, and returns the ranks that have not left since.
    [[nodiscard]] std::vector<std::int32_t> staying();

private:
    struct connection;

    void wait_for_all();
    [[nodiscard]] std::vector<std::int32_t> absent() const;
    void step();
    void accept_from(const tcp_listener& listener);
    void serve(connection& guest, short events);
    void read_from(connection& guest);
    void take_claim(connection& guest, const std::string& claim);
    void turn_away(connection& guest, const std::string& why);
    void lose(connection& guest);
    void send_all(const std::vector<std::string>& replies);
    void flush(std::chrono::nanoseconds limit);
    [[noreturn]] void fail(const error& failure);

    tcp_meeting meeting_;
    std::vector<tcp_listener> listeners_;
    std::vector<std::unique_ptr<connection>> guests_;
    std::map<int, connection*> by_rank_;
    std::int64_t began_ns_;
    bool first_round_ = true;
    bool leaving_ = false;
    bool over_ = false;  ///< the meeting: whoever leaves may do so
    int notes_ = 0;
};

/// The side of every other rank.
class tcp_guest final : public assembly {
public:
    /// Connects to rank 0 and proves itself, again and again until the limit has passed: rank 0
    /// may start later, and its name appear later still. Throws unreachable_error.
    tcp_guest(tcp_meeting meeting, std::string host, std::uint16_t port);
    ~tcp_guest() override;

    [[nodiscard]] int rank() const override { return meeting_.rank; }
    [[nodiscard]] int size() const override { return meeting_.size; }
    /// Throws deadline_error where rank 0 leaves or does not answer.
    [[nodiscard]] std::string consult(const std::string& mine, const chair& answer) override;
    /// Of rank 0, as it was reached; without the port.
    [[nodiscard]] const std::string& chairs_address() const noexcept { return address_; }

private:
    void connect_within(std::int64_t until_ns);
    [[nodiscard]] std::string try_once(std::int64_t until_ns);
    [[nodiscard]] std::string shake_hands(std::int64_t until_ns);
    /// Sends what is to be sent and reads once; false at the connection's end.
    [[nodiscard]] bool exchange(std::int64_t until_ns);
    void close_connection() noexcept;

    tcp_meeting meeting_;
    std::string host_;
    std::uint16_t port_;
    std::string address_;
    int fd_ = -1;
    std::unique_ptr<meeting_channel> channel_;
};

}  // namespace railgauge
