// The launches of `railgauge ab`: pair by pair, each a process of its own.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/exit_status.hpp"
#include "harness/cli/ab_side.hpp"
#include "harness/compare/sequential.hpp"

namespace railgauge {

struct ab_setup {
    std::array<ab_side, 2> sides;
    std::vector<std::string> common;    ///< the flags behind `--`
    std::vector<std::string> launcher;  ///< stands before each launch; empty: none
    std::string folder;                 ///< gets a/, b/ and logs/
    sequential_options looks;
    round_value of_rounds = round_value::median;
    std::chrono::nanoseconds budget{0};  ///< 0: none
    std::uint64_t seed = 0;
    bool verbose = false;  ///< launches print to standard error instead of into logs/
};

struct ab_outcome {
    exit_status status = exit_status::fine;
    std::string reason;              ///< why it ended
    std::vector<std::string> order;  ///< "AB" or "BA", of the pairs that were begun
    std::size_t pairs = 0;           ///< whole ones
    point_table table;
    std::array<result_set, 2> sets;
    sequential_comparison sequence{{}};
};

/// Of every two pairs one begins with A and the other with B; which one is drawn.
[[nodiscard]] std::vector<bool> draw_order(std::size_t pairs, std::uint64_t seed);

/// The command of a launch: [launcher] railgauge run FLAGS --launches 1 --out FILE.
[[nodiscard]] std::vector<std::string> launch_words(const ab_setup& setup, std::size_t side,
                                                    const std::string& file);

/// Where the results of a side's launch (from 0) go.
[[nodiscard]] std::string launch_file(const ab_setup& setup, std::size_t side, std::size_t launch);

/// Runs until it is decided, or cannot be, or everything is spent, or a launch fails, or the user
/// interrupts; says how far it is on standard error. Throws system_error and capability_error where
/// folder or files cannot be made or read.
[[nodiscard]] ab_outcome run_experiment(const ab_setup& setup);

}  // namespace railgauge
