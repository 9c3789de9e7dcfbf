#include "harness/compare/result_set.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <span>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/compare/chosen_algorithm.hpp"
#include "harness/record/bulk_reader.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_listed_lines = 20;

std::int32_t devices_of(const run_header& header) {
    const auto provenance = nlohmann::json::parse(header.provenance_json, nullptr, false);
    // Where the provenance has its GPUs has changed; the list is called the same.
    for (const char* place : {"/gpus/devices", "/host/gpus/devices"}) {
        const nlohmann::json::json_pointer at(place);
        if (provenance.is_object() && provenance.contains(at) && provenance[at].is_array()) {
            return static_cast<std::int32_t>(provenance[at].size());
        }
    }
    return 0;
}

std::int32_t most_ranks_of_a_host(const std::vector<rank_placement>& placement) {
    std::map<std::string, std::int32_t> ranks;
    std::int32_t most = 0;
    for (const rank_placement& place : placement) most = std::max(most, ++ranks[place.host]);
    return most;
}

class set_reader : public bulk_visitor {
public:
    set_reader(result_set& into, point_table& table) : into_(into), table_(table) {}

    void read(const std::string& file) {
        file_ = file;
        repeated_ = false;
        const bulk_outcome outcome = read_in_bulk(file, *this);
        into_.bad_lines += outcome.bad_lines;
        if (outcome.cut) into_.problems.push_back(file + ": its last line is cut and left out");
        if (!repeated_) into_.runs.back().cut = outcome.cut;
    }

    void on_header(run_header&& header) override {
        const auto [first, fresh] = files_.emplace(header.run_id, file_);
        repeated_ = !fresh;
        if (repeated_) {
            into_.problems.push_back(file_ + ": run " + header.run_id + " stands in " +
                                     first->second + " as well; counted once");
            return;
        }
        devices_ = devices_of(header);
        ranks_per_device_ = 0;
        launches_.clear();
        into_.runs.push_back({file_, std::move(header), {}, false});
    }

    void on_launch(launch_record&& launch) override {
        if (repeated_ || launch.when != "before") return;
        into_.launches[launch_of(launch.launch)].at = launch.at;
        const std::int32_t ranks = most_ranks_of_a_host(launch.placement);
        if (devices_ > 0 && ranks > 0) ranks_per_device_ = (ranks + devices_ - 1) / devices_;
        auto& placement = into_.runs.back().placement;
        if (placement.empty()) placement = std::move(launch.placement);
    }

    void on_point(const bulk_point& point) override {
        if (repeated_) return;
        if (point.status != point_status::ok) {
            ++into_.not_ok;
            if (point.status != point_status::skipped) ++into_.broken;
            return;
        }
        into_.entries.push_back({table_.id_of(point, ranks_per_device_), launch_of(point.launch),
                                 point.time_us, static_cast<float>(point.percent_of_bound),
                                 static_cast<float>(point.energy_j_per_gb)});
    }

    void on_bad_line(const std::string& problem) override {
        if (repeated_ || ++listed_ > most_listed_lines) return;
        into_.problems.push_back(problem + "; the line is left out");
    }

private:
    std::uint32_t launch_of(std::int32_t number) {
        if (!launches_.empty() && last_number_ == number) return last_launch_;
        const auto [found, fresh] =
            launches_.emplace(number, static_cast<std::uint32_t>(into_.launches.size()));
        if (fresh) {
            const auto run = static_cast<std::uint32_t>(into_.runs.size() - 1);
            into_.launches.push_back({run, number, into_.runs.back().header.started});
        }
        last_number_ = number;
        return last_launch_ = found->second;
    }

    result_set& into_;
    point_table& table_;
    std::string file_;
    std::map<std::string, std::string> files_;  ///< of each run_id
    std::map<std::int32_t, std::uint32_t> launches_;
    std::int32_t last_number_ = 0;
    std::uint32_t last_launch_ = 0;
    std::int32_t devices_ = 0;
    std::int32_t ranks_per_device_ = 0;
    std::size_t listed_ = 0;
    bool repeated_ = false;
};

template <typename Value>
void reorder(std::vector<Value>& values, const std::vector<std::uint32_t>& order) {
    std::vector<Value> sorted;
    sorted.reserve(values.size());
    for (const std::uint32_t from : order) sorted.push_back(std::move(values[from]));
    values = std::move(sorted);
}

std::vector<std::uint32_t> inverse(const std::vector<std::uint32_t>& order) {
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    return place;
}

// Runs and launches by time: launch i of one side is held against launch i of the other.
void sort_by_time(result_set& set) {
    std::vector<std::uint32_t> order(set.runs.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return set.runs[a].header.started < set.runs[b].header.started;
    });
    const auto run_place = inverse(order);
    reorder(set.runs, order);
    for (set_launch& launch : set.launches) launch.run = run_place[launch.run];
    order.resize(set.launches.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const set_launch& first = set.launches[a];
        const set_launch& second = set.launches[b];
        return std::tie(first.at, first.run, first.number) <
               std::tie(second.at, second.run, second.number);
    });
    const auto launch_place = inverse(order);
    reorder(set.launches, order);
    for (set_entry& entry : set.entries) entry.launch = launch_place[entry.launch];
}

using entry_rounds = std::span<set_entry>;

set_entry median_of(entry_rounds rounds) {
    std::ranges::sort(rounds, {}, &set_entry::time_us);
    const std::size_t middle = rounds.size() / 2;
    set_entry value = rounds[middle];
    if (rounds.size() % 2 == 0) {
        value.time_us = std::midpoint(value.time_us, rounds[middle - 1].time_us);
    }
    return value;
}

set_entry fastest_of(entry_rounds rounds, std::vector<double>& so_far) {
    set_entry value = *std::ranges::min_element(rounds, {}, &set_entry::time_us);
    value.rounds = static_cast<std::uint32_t>(rounds.size());
    value.first_round = static_cast<std::uint32_t>(so_far.size());
    double least = rounds.front().time_us;
    for (const set_entry& round : rounds) {
        least = std::min(least, round.time_us);
        so_far.push_back(least);
    }
    return value;
}

// One entry for each point and launch.
void merge_rounds(result_set& set) {
    std::vector<set_entry>& entries = set.entries;
    std::stable_sort(entries.begin(), entries.end(), [](const set_entry& a, const set_entry& b) {
        return std::tie(a.point, a.launch) < std::tie(b.point, b.launch);
    });
    std::size_t to = 0;
    for (std::size_t from = 0; from < entries.size();) {
        std::size_t end = from + 1;
        while (end < entries.size() && entries[end].point == entries[from].point &&
               entries[end].launch == entries[from].launch) {
            ++end;
        }
        const entry_rounds rounds = std::span(entries).subspan(from, end - from);
        if (rounds.size() == 1) {
            entries[to] = rounds.front();
        } else {
            entries[to] = set.of_rounds == round_value::median
                              ? median_of(rounds)
                              : fastest_of(rounds, set.fastest_so_far);
        }
        ++to;
        from = end;
    }
    entries.resize(to);
}

}  // namespace

double time_after(const result_set& set, const set_entry& entry, std::uint32_t rounds) noexcept {
    return rounds < entry.rounds ? set.fastest_so_far[entry.first_round + rounds - 1]
                                 : entry.time_us;
}

std::vector<std::string> results_files_of(const std::vector<std::string>& paths) {
    namespace fs = std::filesystem;
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        std::error_code fault;
        const bool folder = fs::is_directory(path, fault);
        if (fault) throw system_error("stat(" + path + ")", fault.value(), "name a results file");
        if (!folder) {
            files.push_back(path);
            continue;
        }
        std::set<std::string> inside;
        for (const auto& entry : fs::recursive_directory_iterator(path, fault)) {
            if (entry.path().extension() == ".jsonl" && entry.is_regular_file()) {
                inside.insert(entry.path().string());
            }
        }
        if (fault) throw system_error("opendir(" + path + ")", fault.value());
        if (inside.empty()) {
            throw usage_error(path +
                              ": no results file (*.jsonl) is in this folder; 'railgauge run --out "
                              "FILE' writes one");
        }
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

result_set load_set(const std::string& name, const std::vector<std::string>& paths,
                    point_table& table, round_value of_rounds) {
    result_set set;
    set.name = name;
    set.of_rounds = of_rounds;
    set_reader reader(set, table);
    for (const std::string& file : results_files_of(paths)) reader.read(file);
    if (set.bad_lines > most_listed_lines) {
        set.problems.push_back(name + ": " + std::to_string(set.bad_lines) +
                               " bad lines in all; the first " + std::to_string(most_listed_lines) +
                               " are listed");
    }
    sort_by_time(set);
    merge_rounds(set);
    merge_chosen_algorithms(set, table);
    return set;
}

}  // namespace railgauge
