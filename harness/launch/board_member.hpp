// What a rank does on its host's board, in whatever world it takes part.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/launch/board.hpp"
#include "harness/launch/world.hpp"

namespace railgauge {

/// Thrown out of a collective call when the job has been ended by a verdict (another rank failed,
/// say): the rank cleans up and leaves with the verdict's status.
class job_ended_error : public error {
public:
    job_ended_error(exit_status status, const std::string& text) : error(status, text) {}
};

/// The part of a world that concerns this rank's cell alone.
class board_member : public world {
public:
    [[nodiscard]] const std::string& host_name() const noexcept override { return host_name_; }
    [[nodiscard]] std::string_view meeting() const noexcept override { return meeting_; }

    void enter(phase where, std::int64_t point) noexcept override;
    void set_deadline(std::chrono::nanoseconds limit) noexcept override;
    void heartbeat() noexcept override;
    [[nodiscard]] bool interrupted() const noexcept override;

protected:
    /// `place` is this rank's cell. `meeting` must be a literal.
    board_member(std::shared_ptr<board> where, int place, std::string_view meeting);

    [[nodiscard]] const std::shared_ptr<board>& where() const noexcept { return board_; }
    [[nodiscard]] int place() const noexcept { return place_; }
    [[nodiscard]] bool oversubscribed() const noexcept {
        return board_->header().oversubscribed != 0;
    }

    /// Called now and then while waiting: leaves the call (job_ended_error) when the job is over.
    void look_up() const;

    /// Shows the monitor that this rank waits for others, until the call is over.
    class call_mark {
    public:
        call_mark(board_member& owner, board_call call);
        ~call_mark();
        call_mark(const call_mark&) = delete;
        call_mark& operator=(const call_mark&) = delete;

    private:
        board_member& owner_;
    };

private:
    std::shared_ptr<board> board_;
    board_cell& cell_;
    int place_;
    std::string host_name_;
    std::string_view meeting_;
    std::int64_t call_began_ns_;
    bool limit_was_set_ = false;
};

}  // namespace railgauge
