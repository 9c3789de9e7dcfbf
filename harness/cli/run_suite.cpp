// From the flags of `run` to a suite.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/run_options.hpp"
#include "harness/measure/words.hpp"

namespace railgauge {
namespace {

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

// One word each, or "all".
template <typename Value, typename List, typename From>
std::vector<Value> words(std::string_view what, const std::vector<std::string>& given,
                         const List& all, const From& lookup) {
    std::vector<Value> result;
    for (const std::string& word : given) {
        if (word == "all") {
            result.insert(result.end(), all.begin(), all.end());
        } else if (const auto value = lookup(word)) {
            result.push_back(*value);
        } else {
            std::vector<std::string> known{"all"};
            for (const auto one : all) known.emplace_back(name_of(one));
            throw usage_error(unknown_word(what, word, known));
        }
    }
    return without_repeats(result);
}

// nccl-tests: -b first, -e last, -f factor or -i step.
std::string sizes_of_letters(const run_options& options) {
    if (options.min_bytes.empty() && options.max_bytes.empty()) {
        if (options.factor || !options.step_bytes.empty()) {
            throw usage_error("-f and -i need the sizes between which they step: give -b and -e");
        }
        return {};
    }
    const std::string first = options.min_bytes.empty() ? options.max_bytes : options.min_bytes;
    const std::string last = options.max_bytes.empty() ? first : options.max_bytes;
    if (options.factor && !options.step_bytes.empty()) {
        throw usage_error("-f (factor) and -i (step) exclude each other");
    }
    if (first == last) return first;
    if (options.factor) return fmt::format("{}..{}*{}", first, last, *options.factor);
    if (!options.step_bytes.empty()) {
        return fmt::format("{}..{}+{}", first, last, options.step_bytes);
    }
    return fmt::format("{}..{}", first, last);
}

std::string asked_sizes(const run_options& options) {
    const std::string letters = sizes_of_letters(options);
    if (!letters.empty() && !options.bytes.empty()) {
        throw usage_error("--bytes and -b/-e both give sizes: use one of them");
    }
    return letters.empty() ? options.bytes : letters;
}

void put_stopping(const run_options& options, stopping& into) {
    if (!options.precision.empty()) into.precision = parse_share(options.precision);
    if (!options.budget.empty()) {
        into.budget_s = std::chrono::duration<double>(parse_duration(options.budget)).count();
        if (into.budget_s <= 0) throw usage_error("--budget must be more than 0");
    }
    if (options.iterations) into.iterations = *options.iterations;
    if (options.warm_up) into.warm_up = *options.warm_up;
}

std::vector<int> numbers_of(std::string_view flag, const std::string& text, int most,
                            int least = 1) {
    std::vector<int> numbers;
    for (const std::string& part : split(text)) {
        int number = 0;
        const auto [end, wrong] = std::from_chars(part.data(), part.data() + part.size(), number);
        if (wrong != std::errc{} || end != part.data() + part.size() || number < least ||
            number > most) {
            throw usage_error(fmt::format("{}: '{}' is not a whole number from {} to {}", flag,
                                          part, least, most));
        }
        numbers.push_back(number);
    }
    return without_repeats(numbers);
}

void put_manner(const run_options& options, suite_case& one) {
    if (options.graph == "off") one.graphs = {false};
    if (options.graph == "on") one.graphs = {true};
    if (options.graph == "both") one.graphs = {false, true};
    if (!options.registrations.empty()) {
        one.registrations =
            words<registration_kind>("registration", split(options.registrations),
                                     all_registration_kinds, registration_kind_from);
    }
    if (!options.streams.empty()) {
        one.streams = numbers_of("--streams", options.streams, most_streams);
    }
    if (!options.host_memories.empty()) {
        one.host_memories = words<host_memory_kind>("host memory", split(options.host_memories),
                                                    all_host_memory_kinds, host_memory_kind_from);
    }
    if (!options.host_numas.empty()) {
        one.host_numas.clear();
        for (const std::string& node : split(options.host_numas)) {
            one.host_numas.push_back(host_numa_from(node));
        }
        one.host_numas = without_repeats(one.host_numas);
    }
    if (!options.loads.empty()) {
        one.loads = numbers_of("--load", options.loads, most_load_processors, 0);
    }
}

// Only one backend drives several GPUs, so that it is the one that is meant.
void put_gpus(const run_options& options, suite_case& one) {
    one.gpus_per_rank = options.gpus_per_rank;
    if (one.gpus_per_rank > 1 && one.backends.empty()) one.backends = {"nccl"};
}

void put_groups(const run_options& options, suite_case& one) {
    if (!options.groups.empty()) {
        one.groups.clear();
        for (const std::string& text : options.groups) {
            const auto rules = parse_groups(text);
            one.groups.insert(one.groups.end(), rules.begin(), rules.end());
        }
        one.groups = without_repeats(one.groups);
    }
    if (!options.rounds) return;
    if (std::ranges::none_of(one.groups, is_pairing)) {
        throw usage_error(
            "--rounds chooses among the rounds of pairs: give --groups pairs or "
            "host-pairs too");
    }
    one.rounds = *options.rounds;
}

// The flags over the values of a case.
void put_over(const run_options& options, const std::string& sizes, suite_case& one) {
    if (!options.backends.empty()) one.backends = options.backends;
    if (!options.algorithms.empty()) one.algorithms = options.algorithms;
    if (!sizes.empty()) one.bytes = parse_sizes(sizes);
    if (!options.types.empty()) {
        one.types = words<dtype>("dtype", split(options.types), all_dtypes, dtype_from);
    }
    if (!options.redops.empty()) {
        one.redops = words<redop>("redop", split(options.redops), all_redops, redop_from);
    }
    if (!options.roots.empty()) one.roots = without_repeats(options.roots);
    if (options.in_place) one.in_place = {true};
    if (options.timing == "isolated") one.timings = {timing_kind::isolated};
    if (options.timing == "streamed") one.timings = {timing_kind::streamed};
    if (options.timing == "both") one.timings = {timing_kind::isolated, timing_kind::streamed};
    if (!options.windows.empty()) {
        one.windows = numbers_of("--window", options.windows, most_window);
    }
    if (!options.memories.empty()) {
        one.memories = words<memory_kind>("memory", split(options.memories), all_memory_kinds,
                                          memory_kind_from);
    }
    put_manner(options, one);
    put_gpus(options, one);
    put_groups(options, one);
    put_stopping(options, one.stop);
}

// A case keeps those of its operations that were asked for.
void keep_asked(std::vector<suite_case>& cases, const std::vector<operation_kind>& asked) {
    if (asked.empty()) return;
    for (suite_case& one : cases) {
        std::erase_if(one.operations, [&](operation_kind kind) {
            return std::ranges::find(asked, kind) == asked.end();
        });
    }
    std::erase_if(cases, [](const suite_case& one) { return one.operations.empty(); });
    if (cases.empty()) {
        throw usage_error("the suite measures none of the operations that --op names");
    }
}

}  // namespace

suite suite_from(const run_options& options) {
    const auto asked = words<operation_kind>("operation", options.operations, all_operation_kinds,
                                             operation_kind_from);
    const std::string sizes = asked_sizes(options);
    suite result;
    if (options.suite.empty() && (!asked.empty() || !sizes.empty())) {
        suite_case one;
        one.operations = asked;
        if (asked.empty()) one.operations = {operation_kind::all_reduce};
        one.bytes = parse_sizes("8..64M");
        result.name = "flags";
        result.cases.push_back(one);
    } else {
        result = read_suite(find_suite(options.suite.empty() ? "quick" : options.suite));
        keep_asked(result.cases, asked);
    }
    for (suite_case& one : result.cases) put_over(options, sizes, one);
    return result;
}

}  // namespace railgauge
