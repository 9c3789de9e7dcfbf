#include "harness/cli/run_view.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/cli/colour.hpp"
#include "harness/cli/say.hpp"
#include "harness/record/lines.hpp"
#include "harness/record/results_reader.hpp"
#include "harness/report/progress_line.hpp"

namespace railgauge {
namespace {

constexpr int usual_columns = 80;

std::optional<int> terminal_columns(int descriptor) {
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
    return size.ws_col;
}

}  // namespace

// Gives what it reads to the printer, and remembers where the run stands.
class run_view::line_visitor final : public results_visitor {
public:
    explicit line_visitor(run_view& owner) : owner_(owner) {}

    void on_point(point_record&& point, std::uint64_t) override {
        owner_.clear_progress();
        owner_.printer_->point(point);
        owner_.count(point);
        last_ = std::move(point.key);
    }
    void on_communicator(communicator_record&& made, std::uint64_t) override {
        owner_.clear_progress();
        owner_.printer_->made(made);
    }
    void on_end(run_end&& closing, std::uint64_t) override { end_ = std::move(closing); }

    [[nodiscard]] const std::optional<run_end>& end() const noexcept { return end_; }
    [[nodiscard]] const point_key* last() const noexcept { return last_ ? &*last_ : nullptr; }

private:
    run_view& owner_;
    std::optional<run_end> end_;
    std::optional<point_key> last_;
};

std::unique_ptr<result_printer> make_run_printer(const run_job& job, std::ostream& out) {
    printer_options options;
    options.colors = colour_wanted(stdout);
    options.columns = terminal_columns(STDOUT_FILENO).value_or(options.columns);
    return make_printer(*output_format_from(job.options.format), out, options);
}

run_view::run_view(const run_job& job, const run_header& header)
    : job_(job),
      printer_(make_run_printer(job, std::cout)),
      header_line_(to_line(header) + "\n"),
      progress_(isatty(STDERR_FILENO) != 0),
      total_(job.soak.count() > 0 ? 0 : job.what.points() * job.options.launches),
      begin_(std::chrono::steady_clock::now()),
      visitor_(std::make_unique<line_visitor>(*this)) {
    descriptor_ = open(job.out.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) throw system_error("open(" + job.out + ")", errno);
    const off_t end = lseek(descriptor_, 0, SEEK_END);
    read_bytes_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
    printer_->begin(header);
}

run_view::~run_view() {
    clear_progress();
    close(descriptor_);
}

void run_view::update() {
    std::array<char, 1 << 16> part;
    std::size_t whole = 0;
    while (true) {
        const ssize_t got =
            pread(descriptor_, part.data(), part.size(), static_cast<off_t>(read_bytes_));
        if (got <= 0) break;
        read_bytes_ += static_cast<std::uint64_t>(got);
        pending_.append(part.data(), static_cast<std::size_t>(got));
    }
    whole = pending_.rfind('\n') + 1;  // 0 where there is none
    if (whole > 0) {
        // The reader wants a file's beginning; it is the same small line each time.
        const std::string text = header_line_ + pending_.substr(0, whole);
        pending_.erase(0, whole);
        read_results_text(text, job_.out, *visitor_);
        std::cout.flush();
    }
    show_progress();
}

// A point in groups has a row for each, and is done with the last.
void run_view::count(const point_record& point) {
    const bool grouped = point.place && point.place->rounds > 0 && point.place->concurrent > 0;
    done_share_ += grouped ? 1.0 / point.place->rounds / point.place->concurrent : 1.0;
    constexpr double rounding = 1e-6;
    done_ = static_cast<std::int64_t>(done_share_ + rounding);
}

void run_view::finish() {
    update();
    clear_progress();
    printer_->end(visitor_->end());
    std::cout.flush();
    say(fmt::format("Results: {}\n", job_.out));
}

void run_view::show_progress() {
    if (!progress_ || job_.options.format != "table") return;
    using seconds = std::chrono::duration<double>;
    const double elapsed = seconds(std::chrono::steady_clock::now() - begin_).count();
    progress now;
    now.done = done_;
    now.total = total_;
    now.current = visitor_->last();
    now.left_s = estimate_left_s(done_, total_, elapsed,
                                 estimated_time_s(job_.what, job_.benches) * job_.options.launches);
    const std::string line =
        progress_line(now, terminal_columns(STDERR_FILENO).value_or(usual_columns) - 1);
    if (line == shown_) return;
    say(fmt::format("\r\x1b[K{}", line));
    shown_ = line;
}

void run_view::clear_progress() {
    if (shown_.empty()) return;
    say("\r\x1b[K");
    shown_.clear();
}

}  // namespace railgauge
