#include "harness/cli/ab_experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <optional>
#include <random>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/ab_log.hpp"
#include "harness/cli/say.hpp"
#include "harness/launch/watched_child.hpp"
#include "harness/record/bulk_reader.hpp"

namespace railgauge {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::array<const char*, 2> side_folders{"a", "b"};

double us_of(clock::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

std::string launch_name(const ab_setup& setup, std::size_t launch) {
    const std::size_t width =
        std::max<std::size_t>(2, std::to_string(setup.looks.most_pairs).size());
    return fmt::format("{:0{}}", launch + 1, width);
}

// Something was measured, though perhaps nothing that --expect expects something of.
bool has_measured_rows(const std::string& file) {
    class rows final : public bulk_visitor {
    public:
        void on_point(const bulk_point& row) override {
            any = any || row.status == point_status::ok;
        }
        bool any = false;
    };
    rows found;
    try {
        read_in_bulk(file, found);
    } catch (const error&) {
        return false;
    }
    return found.any;
}

// What a launch's end makes of the whole experiment; nothing where it can go on.
std::optional<exit_status> failure_of(const child_end& end, const std::string& file) {
    if (end.signal) return exit_status::unfinished;
    switch (end.status) {
        case 0:
        case 1: return std::nullopt;  // rows below what --expect expects are measured rows
        case 2: return exit_status::usage;
        case 3:
            if (has_measured_rows(file)) return std::nullopt;
            return exit_status::cannot;
        case 127: return exit_status::cannot;
        case 4: return exit_status::wrong_data;
        default: return exit_status::unfinished;
    }
}

class experiment {
public:
    explicit experiment(const ab_setup& setup)
        : setup_(setup), first_is_b_(draw_order(setup.looks.most_pairs, setup.seed)) {
        outcome_.sequence = sequential_comparison(setup.looks);
    }

    ab_outcome run() {
        for (const char* const folder : side_folders) make_folder(folder);
        if (!setup_.verbose) make_folder("logs");
        while (!ended_ && outcome_.pairs < setup_.looks.most_pairs) {
            if (!budget_allows()) break;
            run_pair();
            if (outcome_.pairs == 1 && !ended_) check_joined();
            if (!ended_ && outcome_.sequence.due(outcome_.pairs)) look();
        }
        if (!ended_) end(exit_status::fine, "all launches are measured");
        if (!looked_at_end_ && outcome_.pairs > 0) {
            load();
            outcome_.sequence.take_last(outcome_.sets[0], outcome_.sets[1], outcome_.table);
        }
        return std::move(outcome_);
    }

private:
    void make_folder(const std::string& name) const {
        std::error_code fault;
        const auto path = std::filesystem::path(setup_.folder) / name;
        std::filesystem::create_directories(path, fault);
        if (fault) throw system_error("mkdir(" + path.string() + ")", fault.value());
    }

    void end(exit_status status, std::string reason) {
        ended_ = true;
        outcome_.status = status;
        outcome_.reason = std::move(reason);
    }

    // Asked between pairs, by what whole pairs took: that does not tell the sides apart.
    bool budget_allows() {
        if (setup_.budget.count() == 0 || outcome_.pairs == 0) return true;
        const auto elapsed = clock::now() - begin_;
        const auto a_pair = elapsed / static_cast<std::int64_t>(outcome_.pairs);
        const std::size_t needed = outcome_.sequence.plan().front().pairs;
        if (outcome_.pairs == 1 && a_pair * static_cast<std::int64_t>(needed) > setup_.budget) {
            end(exit_status::fine,
                fmt::format("within the budget nothing can be told: a pair of launches takes {}, "
                            "and {} pairs are needed",
                            format_duration_us(us_of(a_pair)), needed));
        } else if (elapsed + a_pair > setup_.budget) {
            end(exit_status::fine, "the budget is spent");
        }
        return !ended_;
    }

    void run_pair() {
        const std::size_t pair = outcome_.pairs;
        const bool b_first = first_is_b_[pair];
        outcome_.order.emplace_back(b_first ? "BA" : "AB");
        std::string took;
        for (const std::size_t side : {b_first ? 1U : 0U, b_first ? 0U : 1U}) {
            const auto begin = clock::now();
            run_launch(side, pair);
            if (ended_) return;
            took += fmt::format("{}{} {}", took.empty() ? "" : ", ", setup_.sides[side].name,
                                format_duration_us(us_of(clock::now() - begin)));
        }
        ++outcome_.pairs;
        say(fmt::format("pair {} of at most {}: {}\n", outcome_.pairs, setup_.looks.most_pairs,
                        took));
    }

    void run_launch(std::size_t side, std::size_t launch) {
        if (interrupted_.load() != 0)
            return end(exit_status::unfinished, "interrupted by the user");
        const std::string file = launch_file(setup_, side, launch);
        const launch_log log(setup_.verbose
                                 ? ""
                                 : fmt::format("{}/logs/{}-{}.txt", setup_.folder,
                                               side_folders[side], launch_name(setup_, launch)));
        const child_end ended = run_watched(
            {launch_words(setup_, side, file), setup_.sides[side].environment, log.descriptor()},
            interrupted_, guard_);
        if (interrupted_.load() != 0)
            return end(exit_status::unfinished, "interrupted by the user");
        const std::string which = fmt::format("launch {} of {} ({})", launch + 1,
                                              setup_.sides[side].name, setup_.sides[side].text());
        if (const auto status = failure_of(ended, file)) {
            return end(*status, fmt::format("{} {}{}", which, describe(ended), log.tail()));
        }
        if (!std::filesystem::exists(file)) {
            end(exit_status::cannot,
                fmt::format("{} wrote no results file {} here; where rank 0 is on another host, "
                            "--out has to name a folder that the hosts share",
                            which, file));
        }
    }

    // Whole pairs only: of the last one a side may be missing, or cut.
    void load() {
        for (const std::size_t side : {0U, 1U}) {
            std::vector<std::string> files;
            for (std::size_t launch = 0; launch < outcome_.pairs; ++launch) {
                files.push_back(launch_file(setup_, side, launch));
            }
            outcome_.sets[side] =
                load_set(setup_.sides[side].text(), files, outcome_.table, setup_.of_rounds);
        }
    }

    // Known after the first pair: no reason to measure the others.
    void check_joined() {
        load();
        if (!join(outcome_.sets[0], outcome_.sets[1], outcome_.table).points.empty()) return;
        end(exit_status::cannot, "nothing was measured on both sides");
    }

    void look() {
        load();
        auto& sequence = outcome_.sequence;
        const std::size_t before = sequence.taken().size();
        sequence.take(outcome_.sets[0], outcome_.sets[1], outcome_.table);
        if (sequence.taken().size() == before) return;
        looked_at_end_ = outcome_.pairs == setup_.looks.most_pairs;
        say(fmt::format("after {} pairs {} of {} points are decided\n", outcome_.pairs,
                        sequence.taken().back().decided, sequence.found().points.size()));
        if (looked_at_end_) return;
        std::string reason;
        if (sequence.decided()) {
            reason = "every point is decided";
        } else if (sequence.hopeless()) {
            reason = "more of the launches asked for would hardly decide what is left";
        }
        if (reason.empty()) return;
        looked_at_end_ = true;
        end(exit_status::fine, reason);
    }

    const ab_setup& setup_;
    std::vector<bool> first_is_b_;
    ab_outcome outcome_;
    clock::time_point begin_ = clock::now();
    std::atomic<std::uint32_t> interrupted_{0};
    interrupt_guard guard_{interrupted_, interrupt_role::watcher};
    bool ended_ = false;
    bool looked_at_end_ = false;
};

}  // namespace

std::vector<bool> draw_order(std::size_t pairs, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<bool> first_is_b(pairs);
    bool drawn = false;
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        drawn = pair % 2 == 0 ? (random() >> 63) != 0 : !drawn;
        first_is_b[pair] = drawn;
    }
    return first_is_b;
}

std::vector<std::string> launch_words(const ab_setup& setup, std::size_t side,
                                      const std::string& file) {
    const ab_side& mine = setup.sides[side];
    std::vector<std::string> words = setup.launcher;
    words.push_back(mine.binary.empty() ? std::filesystem::read_symlink("/proc/self/exe").string()
                                        : mine.binary);
    words.emplace_back("run");
    for (std::string& flag : launch_flags(setup.common, mine)) words.push_back(std::move(flag));
    words.insert(words.end(), {"--launches", "1", "--out", file});
    return words;
}

std::string launch_file(const ab_setup& setup, std::size_t side, std::size_t launch) {
    return fmt::format("{}/{}/{}.jsonl", setup.folder, side_folders[side],
                       launch_name(setup, launch));
}

ab_outcome run_experiment(const ab_setup& setup) {
    return experiment(setup).run();
}

}  // namespace railgauge
