#include "harness/record/resume.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/record/manner_words.hpp"
#include "harness/record/results_reader.hpp"

namespace railgauge {
namespace {

constexpr std::string_view header_begins = R"({"kind":"header","schema":"railgauge-results")";

// The algorithm is left out: a plan says which one is asked for, a point which one ran.
bool same_measurement(point_key planned, point_key row) {
    planned.algorithm.clear();
    row.algorithm.clear();
    if (planned.group != "world") {
        // A rule is planned, and measured in its groups: their names begin with the rule's, and
        // their ranks decide how sizes are rounded.
        row.group = row.group.substr(0, row.group.find(':'));
        planned.group = planned.group.substr(0, planned.group.find_first_of("=:"));
        row.ranks = planned.ranks;
        row.bytes = planned.bytes;
    }
    return planned == row;
}

// At most three settings that differ, in words.
std::string setting_differences(const std::string& file, const std::string& now) {
    using nlohmann::ordered_json;
    const ordered_json in_file = ordered_json::parse(file, nullptr, false);
    const ordered_json in_plan = ordered_json::parse(now, nullptr, false);
    if (!in_file.is_object() || !in_plan.is_object()) return {};
    std::string words;
    int found = 0;
    const auto compare = [&](const std::string& name) {
        const auto say = [&](const ordered_json& settings) {
            return settings.contains(name) ? settings[name].dump() : std::string("not set");
        };
        if (found >= 3 || say(in_file) == say(in_plan)) return;
        words += fmt::format("; {} was {} and is {}", name, say(in_file), say(in_plan));
        ++found;
    };
    for (const auto& [name, value] : in_file.items()) compare(name);
    for (const auto& [name, value] : in_plan.items()) {
        if (!in_file.contains(name)) compare(name);
    }
    return words;
}

class resume_visitor : public results_visitor {
public:
    resume_visitor(const std::string& path, const plan_summary& plan,
                   std::span<const point_key> keys, resume_state& state)
        : path_(path), plan_(plan), keys_(keys), state_(state) {}

    void on_header(run_header&& header, std::uint64_t) override {
        same_plan_ = header.plan.hash == plan_.hash;
        state_.header = std::move(header);
        state_.measured = measured_points(std::max<std::int64_t>(state_.header.plan.points, 1));
    }

    void on_point(point_record&& point, std::uint64_t line) override {
        const bool known = point.index < static_cast<std::int64_t>(keys_.size());
        const bool same =
            known && same_measurement(keys_[static_cast<std::size_t>(point.index)], point.key);
        if (!same && first_difference_.empty()) {
            first_difference_ = fmt::format(
                "point {} is {} there and {} now", point.index, describe(point.key),
                known ? describe(keys_[static_cast<std::size_t>(point.index)]) : "not planned");
        }
        if (!same && same_plan_) {
            throw input_error(path_, line, 1,
                              "the plan's hash is the same, yet " + first_difference_ +
                                  "; the file was changed, start a new one");
        }
        if (same_plan_ && !state_.measured.add(point)) {
            throw input_error(path_, line, 1,
                              fmt::format("point {} of launch {}, round {} stands here a second "
                                          "time; start a new file",
                                          point.index, point.launch, point.soak_round));
        }
        state_.counts.add(point.status);
    }

    // Throws usage_error when the plan is another one.
    void finish() const {
        if (same_plan_) return;
        const plan_summary& there = state_.header.plan;
        std::string words;
        const auto differ = [&](std::string_view what, const auto& was, const auto& is) {
            if (was != is) words += fmt::format("; {} was {} and is {}", what, was, is);
        };
        differ("the number of points", there.points, plan_.points);
        differ("the number of launches", there.launches, plan_.launches);
        differ("the suite", there.suite, plan_.suite);
        words += setting_differences(there.settings_json, plan_.settings_json);
        if (!first_difference_.empty()) words += "; " + first_difference_;
        if (words.empty()) words = "; its hash was " + there.hash + " and is " + plan_.hash;
        throw usage_error("resume: " + path_ + " holds another plan" + words +
                          " (give the options it was started with, or name a new file)");
    }

private:
    const std::string& path_;
    const plan_summary& plan_;
    std::span<const point_key> keys_;
    resume_state& state_;
    bool same_plan_ = false;
    std::string first_difference_;
};

void truncate_to(const std::string& path, std::uint64_t bytes) {
    if (::truncate(path.c_str(), static_cast<off_t>(bytes)) != 0) {
        throw system_error("truncate(" + path + ")", errno, "a file to go on with is written to");
    }
}

// A file without a whole line may be emptied only when what stands there began as our header.
void check_torn_header(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string begun(header_begins.size(), '\0');
    file.read(begun.data(), static_cast<std::streamsize>(begun.size()));
    begun.resize(static_cast<std::size_t>(file.gcount()));
    if (!header_begins.starts_with(begun)) {
        throw input_error(path, 1, 1, "not a railgauge results file; it was left as it is");
    }
}

}  // namespace

resume_state resume_results(const std::string& path, const plan_summary& plan,
                            std::span<const point_key> keys) {
    resume_state state;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return state;
    resume_visitor visitor(path, plan, keys, state);
    const read_outcome outcome = read_results(path, visitor);
    if (!outcome.header) {
        check_torn_header(path);
        if (outcome.cut) truncate_to(path, 0);
        return state;
    }
    visitor.finish();
    if (outcome.cut) truncate_to(path, outcome.whole_bytes);
    state.fresh = false;
    state.ended = outcome.ended;
    return state;
}

std::string describe(const point_key& key) {
    std::string words = fmt::format("{} {} ", key.op, key.dtype);
    if (key.redop != "none" && !key.redop.empty()) words += key.redop + ' ';
    words += fmt::format("{} B, {} ranks, {}, {}", key.bytes, key.ranks, key.backend, key.timing);
    if (key.in_place) words += ", in place";
    if (key.root != 0) words += fmt::format(", root {}", key.root);
    if (key.group != "world") words += ", group " + key.group;
    if (key.window != 1) words += fmt::format(", window {}", key.window);
    if (key.memory != "host") words += ", " + key.memory;
    for (const std::string& word : manner_words(key)) words += ", " + word;
    return words;
}

}  // namespace railgauge
