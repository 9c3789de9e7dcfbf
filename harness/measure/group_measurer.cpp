#include "harness/measure/group_measurer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <set>

#include "harness/measure/gather_texts.hpp"
#include "harness/measure/point_keys.hpp"
#include "harness/record/json_line.hpp"
#include "harness/record/line_records.hpp"
#include "harness/record/lines.hpp"

namespace railgauge {
namespace {

// Ranks in no group split off too, as world::split is collective; their group does nothing.
constexpr int no_group = std::numeric_limits<int>::max();

// Who sits in a group, for its name and the record. A longer host's name is cut.
struct seat_message {
    std::int32_t rank;
    std::array<char, 252> host;
};

std::vector<pair_end> seats_of(world& group, const world& job) {
    seat_message mine{job.rank(), {}};
    const std::string& host = job.host_name();
    std::memcpy(mine.host.data(), host.data(), std::min(host.size(), mine.host.size() - 1));
    std::vector<seat_message> all(group.rank() == 0 ? static_cast<std::size_t>(group.size()) : 0);
    group.gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)), 0);
    std::vector<pair_end> seats;
    for (const seat_message& each : all) seats.push_back({each.rank, each.host.data()});
    return seats;
}

// How long a rank may wait for the groups of a point: its own has ended, or it is in none. What
// hangs meanwhile is found in the group that hangs.
std::chrono::nanoseconds time_for_others(const stopping& stop, std::chrono::nanoseconds deadline) {
    if (stop.iterations != 0 || stop.warm_up) return std::chrono::hours(24);
    const auto budget_ns = static_cast<std::int64_t>(stop.budget_s * 1e9);
    return 10 * deadline + std::chrono::nanoseconds(3 * budget_ns);
}

}  // namespace

/// This rank's group of a round.
struct group_measurer::team {
    std::unique_ptr<world> ranks;  ///< of the group; of those in none otherwise
    bool takes_part = false;
    std::string name;                   ///< the record's `group`; at the group's rank 0
    std::vector<pair_end> seats;        ///< by rank of the group; at its rank 0
    std::unique_ptr<measurer> measure;  ///< only where the group can measure
};

group_measurer::group_measurer(world& job, std::span<const std::unique_ptr<backend>> backends,
                               const bench_list& benches, const measure_options& options)
    : job_(job),
      backends_(backends),
      benches_(benches),
      options_(options),
      seat_(seat_in(job)),
      world_(job, backends, benches, options) {
    for (const auto& each : backends) each->join(job);
}

group_measurer::~group_measurer() = default;

group_layout group_measurer::layout_of(const series& part) const {
    const bench* family = find_bench(benches_, part.kind, is_pairing(part.group));
    return {part.group, seat_, family->directions(part.kind), part.rounds};
}

int group_measurer::rounds(const series& part) const {
    return std::max(layout_of(part).rounds(), 1);
}

std::vector<point_record> group_measurer::measure(const plan& all, const plan_point& point,
                                                  int round) {
    const series& part = *point.part;
    if (part.group.kind == group_kind::world) {
        std::vector<point_record> rows{world_.measure(all, point)};
        if (job_.rank() != 0) rows.clear();
        made_ = world_.take_made();
        return rows;
    }
    const group_layout layout = layout_of(part);
    if (layout.rounds() == 0) {
        if (job_.rank() != 0) return {};
        point_record row = failed_point(all, point.index, layout.absence());
        row.status = point_status::skipped;
        row.place = group_place{0, 1, 1, {}};
        return {row};
    }
    job_.enter(phase::preparing, point.index);
    // Its measurers are made for this point, which is then named where one fails.
    options_.point = point.index;
    team& mine = team_for(part, layout, round);
    const std::string line = measure_in(mine, all, point, layout, {round, layout.rounds(), 0, {}});
    job_.set_deadline(time_for_others(part.stop, options_.deadline));
    std::vector<point_record> rows = collect(line, point);
    job_.set_deadline(options_.deadline);
    return rows;
}

group_measurer::team& group_measurer::team_for(const series& part, const group_layout& layout,
                                               int round) {
    // A direction is another order of ranks, and how many there are depends on the operation.
    const std::string key =
        fmt::format("{} {} {} {}", to_text(part.group), part.rounds, layout.rounds(), round);
    if (is_pairing(part.group)) {
        if (pair_key_ != key) {
            pair_.reset();
            pair_ = make_team(layout, round, part);
            pair_key_ = key;
        }
        return *pair_;
    }
    std::unique_ptr<team>& kept = teams_[key];
    if (!kept) kept = make_team(layout, round, part);
    return *kept;
}

std::unique_ptr<group_measurer::team> group_measurer::make_team(const group_layout& layout,
                                                                int round, const series& part) {
    const group_rule& rule = part.group;
    const auto seat = layout.seat(round);
    auto made = std::make_unique<team>();
    made->takes_part = seat.has_value();
    made->ranks = job_.split(seat ? seat->color : no_group, seat ? seat->key : job_.rank());
    if (!seat) made->ranks.reset();
    tell_of_split(part, *made, seat);
    if (!seat) return made;
    made->seats = seats_of(*made->ranks, job_);
    if (made->ranks->rank() == 0) {
        made->name = fmt::format("{}:{}", word_of(rule.kind),
                                 is_pairing(rule) ? fmt::format("{}-{}", made->seats.front().rank,
                                                                made->seats.back().rank)
                                                  : layout.label(*seat, job_.host_name()));
    }
    if (ranks_of(part, made->ranks->size()) > 1) {
        made->measure = std::make_unique<measurer>(*made->ranks, backends_, benches_, options_);
    }
    return made;
}

// Pairs are many, and of each two ranks meet sooner than all ranks agree on who splits off.
void group_measurer::tell_of_split(const series& part, const team& made,
                                   const std::optional<group_seat>& seat) {
    if (is_pairing(part.group)) return;
    const bool measures = seat && ranks_of(part, made.ranks->size()) > 1;
    for (const auto& each : backends_) {
        if (each->name() != part.backend) continue;
        each->split(job_, measures ? seat->color : -1, measures ? seat->key : 0,
                    measures ? made.ranks.get() : nullptr);
    }
}

// The row of this rank's group as a line, at the group's rank 0, behind those of communicators that
// were made; empty elsewhere.
std::string group_measurer::measure_in(team& mine, const plan& all, const plan_point& point,
                                       const group_layout& layout, group_place place) {
    const company others{[this] { job_.barrier(); }, layout.groups_at_once() > 1};
    if (!mine.takes_part || !mine.measure) {
        job_.set_deadline(time_for_others(point.part->stop, options_.deadline));
    }
    if (!mine.takes_part) {
        others.start_together();
        return {};
    }
    point_record row;
    if (mine.measure) {
        row = mine.measure->measure(all, point, others);
    } else {
        others.start_together();
        row = failed_point(all, point.index, "the group has one rank: nothing crosses a link");
        row.status = point_status::skipped;
        row.key.ranks = 1;
    }
    if (mine.ranks->rank() != 0) return {};
    row.key.group = mine.name;
    if (is_pairing(point.part->group)) place.ends = mine.seats;
    row.place = std::move(place);
    std::string lines;
    if (mine.measure) {
        for (communicator_record& made : mine.measure->take_made()) {
            made.group = mine.name;
            lines += to_line(made) + '\n';
        }
    }
    return lines + to_line(row);
}

void group_measurer::take_row(const std::string& line, const plan_point& point,
                              std::vector<point_record>& rows) {
    json_line parsed = parse_json_line(line, true);
    const json_fields fields(parsed.object, line);
    if (fields.text("kind") == "communicator") {
        made_.push_back(communicator_from(fields));
        return;
    }
    rows.push_back(point_from(fields));
    rows.back().samples_us = std::move(parsed.samples_us);
    rows.back().index = point.index;
}

std::vector<point_record> group_measurer::collect(const std::string& lines,
                                                  const plan_point& point) {
    std::vector<point_record> rows;
    std::set<std::string> names;
    for (const std::string& each : gather_texts(job_, lines)) {
        if (each.empty()) continue;
        for (std::size_t begin = 0; begin < each.size();) {
            const std::size_t end = std::min(each.find('\n', begin), each.size());
            take_row(each.substr(begin, end - begin), point, rows);
            begin = end + 1;
        }
        point_record& row = rows.back();
        // Two hosts may have one name.
        const std::string name = row.key.group;
        for (int next = 2; !names.insert(row.key.group).second; ++next) {
            row.key.group = fmt::format("{}#{}", name, next);
        }
    }
    for (point_record& row : rows) row.place->concurrent = static_cast<std::int32_t>(rows.size());
    return rows;
}

}  // namespace railgauge
