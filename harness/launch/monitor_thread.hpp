// The monitor of a job that the user's own launcher started: no parent of ours is there to watch.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "harness/launch/monitor.hpp"

namespace railgauge {

/// What the command does with a verdict when there is no parent to return it to.
struct verdict_actions {
    /// Prints it and appends it to the results. Runs in the monitor's thread, before ranks end.
    std::function<void(const verdict&)> tell;
    /// Leaves the process (_exit) with the status, in the same thread, after the host's other ranks
    /// were ended.
    std::function<void(exit_status)> leave;
    /// Prints what the user is to know and the run goes on with (a stranger knocked at the job's
    /// port). In the same thread, on host 0 only. May be empty.
    std::function<void(const std::string&)> note = {};
};

/// The monitor of a job that the user's own launcher started: a thread of local rank 0, and of
/// local rank 1 as a deputy that looks on and steps in when the first is stopped or dead.
class monitor_thread {
public:
    /// On local ranks from 2 on this does nothing.
    monitor_thread(std::shared_ptr<board> watched, int local_rank, verdict_actions actions);
    /// Waits for the thread; when that has found a verdict, it leaves the process before.
    ~monitor_thread();
    monitor_thread(const monitor_thread&) = delete;
    monitor_thread& operator=(const monitor_thread&) = delete;

private:
    void watch(const std::stop_token& stop);
    [[nodiscard]] bool on_duty();
    void tell_notes();
    void act_on(const verdict& found, const monitor& looker);

    std::shared_ptr<board> board_;
    int local_rank_;
    verdict_actions actions_;
    std::size_t notes_told_ = 0;
    std::jthread thread_;
};

}  // namespace railgauge
