#include "harness/measure/measurer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/measure/clock_sync.hpp"
#include "harness/measure/gather_texts.hpp"
#include "harness/measure/point_keys.hpp"
#include "harness/record/summarise.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

// What the harness itself costs is what an operation that does nothing seems to take.
class empty_operation final : public operation {
public:
    void execute() override {}
    [[nodiscard]] std::string_view algorithm() const noexcept override { return "none"; }
};

constexpr std::uint64_t harness_samples = 500;
constexpr std::size_t most_last_ranks = 4;

// Buffers are made once for all sizes of a series.
measured_operation largest_of(const series& part, const bench_list& benches, int ranks) {
    return operation_of({0, &part, part.bytes.back()}, benches, ranks);
}

/// Bytes of the buffers of this process's ranks; in place, the input serves both.
struct own_sizes {
    operation_spec largest;
    std::vector<std::size_t> input;
    std::vector<std::size_t> output;
};

own_sizes sizes_of(const series& part, const bench_list& benches, const world& group) {
    const int ranks = ranks_of(part, group.size());
    const int gpus = part.manner.gpus_per_rank;
    own_sizes sizes{largest_of(part, benches, ranks).spec, {}, {}};
    const std::uint64_t size = size_of(sizes.largest.type);
    for (int gpu = 0; gpu < gpus; ++gpu) {
        const int rank = group.rank() * gpus + gpu;
        const std::uint64_t input = input_elements(sizes.largest, rank, ranks) * size;
        const std::uint64_t output = output_elements(sizes.largest, rank, ranks) * size;
        sizes.input.push_back(sizes.largest.in_place ? std::max(input, output) : input);
        sizes.output.push_back(output);
    }
    return sizes;
}

// What a step that makes, fills or checks all buffers may take beyond the deadline: slower than any
// machine that measures anything.
std::chrono::nanoseconds time_to_touch(const operation_spec& spec, int ranks) {
    constexpr double bytes_per_ns = 0.02;  // 20 MB/s
    double bytes = 0;
    for (int rank = 0; rank < ranks; ++rank) {
        bytes += static_cast<double>(input_elements(spec, rank, ranks)) *
                 static_cast<double>(size_of(spec.type));
        bytes += static_cast<double>(output_elements(spec, rank, ranks)) *
                 static_cast<double>(size_of(spec.type));
    }
    return std::chrono::nanoseconds(static_cast<std::int64_t>(bytes / bytes_per_ns));
}

std::vector<last_rank> most_often_last(const std::vector<std::int32_t>& last) {
    std::unordered_map<std::int32_t, std::uint64_t> times;
    for (const std::int32_t rank : last) ++times[rank];
    std::vector<last_rank> result;
    for (const auto& [rank, count] : times) result.push_back({rank, count});
    std::ranges::sort(result, [](const last_rank& a, const last_rank& b) {
        return a.times != b.times ? a.times > b.times : a.rank < b.rank;
    });
    if (result.size() > most_last_ranks) result.resize(most_last_ranks);
    return result;
}

void note_what_ran(const operation& what, point_record& record) {
    record.key.algorithm = what.algorithm();
    record.protocol = what.protocol();
    record.chunk_bytes = what.chunk_bytes();
    record.channels = what.channels();
    record.library_estimate_us = what.library_estimate_us();
}

}  // namespace

/// One point between preparation and record.
struct measurer::prepared {
    const measured_operation* what;
    operation* execute;
    point_buffers buffers;
    sampling_request request;
    bool alone;  ///< no other group measures at the same time
};

measurer::measurer(world& group, std::span<const std::unique_ptr<backend>> backends,
                   const bench_list& benches, const measure_options& options)
    : world_(group), backends_(backends), benches_(benches), options_(options), machine_(group) {
    world_.set_deadline(options_.deadline);
    world_.enter(phase::preparing, options.point);
    clock_ = agree_on_clock(world_);
    residual_us_ = railgauge::clock_residual_us(world_, clock_);
    sampler_ = std::make_unique<point_sampler>(world_, clock_);
    measure_harness();
}

measurer::~measurer() = default;

void measurer::measure_harness() {
    empty_operation nothing;
    sampling_request request;
    request.deadline = options_.deadline;
    request.stop.iterations = harness_samples;
    request.stop.warm_up = 0;
    const sampled_point sampled = sampler_->sample(nothing, request);
    if (world_.rank() != 0) return;
    harness_us_ = stats::median(sampled.ticks) * clock_.ns_per_tick / 1e3;
}

/// Meets the other groups once, wherever the point takes this one.
class measurer::meeting_point {
public:
    explicit meeting_point(const company& others) : others_(others) {}

    void arrive() {
        if (!std::exchange(met_, true) && others_.start_together) others_.start_together();
    }
    [[nodiscard]] bool at_once() const noexcept { return others_.at_once; }

private:
    const company& others_;
    bool met_ = false;
};

point_record measurer::measure(const plan& all, const plan_point& point, const company& others) {
    meeting_point meeting(others);
    point_record record = measure(all, point, meeting);
    meeting.arrive();
    return record;
}

point_record measurer::measure(const plan& all, const plan_point& point, meeting_point& others) {
    const std::uint64_t begin = clock_now();
    const series& part = *point.part;
    point_record record;
    record.index = point.index;
    record.key = key_of(all, point);
    record.bound_reason = "no topology was given";
    const int ranks = ranks_of(part, world_.size());
    const measured_operation what = operation_of(point, benches_, ranks);
    record.key.ranks = ranks;
    record.key.bytes = what.bytes;

    const auto patience =
        options_.deadline + time_to_touch(largest_of(part, benches_, ranks).spec, ranks);
    world_.set_deadline(patience);
    world_.enter(phase::preparing, point.index);
    const auto skip = [&](const std::string& reason) {
        record.status = point_status::skipped;
        record.reason = reason;
        return record;
    };
    if (is_rooted(part.kind) && part.root >= ranks) {
        return skip(fmt::format("the group has no root {}: it has {} ranks", part.root, ranks));
    }
    const carrier_entry& entry = carrier_of(part.backend);
    if (!entry.carrier) return skip(entry.reason);
    communicator& carrier = *entry.carrier;
    if (const capability can = carrier.supports(what.spec); !can.supported) {
        return skip(can.reason);
    }
    point_buffers buffers;
    try {
        buffers = buffers_for(point, carrier);
    } catch (const refused_by_all& refusal) {
        return skip(refusal.what());
    }
    const auto execute = carrier.prepare(what.spec, *buffers.input, *buffers.output);
    note_what_ran(*execute, record);
    record.transport = carrier.transport();
    prepared now{&what,
                 execute.get(),
                 buffers,
                 {.timing = part.timing,
                  .stop = part.stop,
                  .whole_budget = others.at_once(),
                  .point = point.index,
                  .deadline = options_.deadline},
                 !others.at_once()};

    const auto seed = static_cast<std::uint64_t>(point.index) * 2;
    if (!verified(now, seed, true, record)) return record;
    note_what_ran(*execute, record);  // a library may say it only once it has executed
    // New data, so that what stands in the outputs after the last sample was written by a sample.
    if (options_.verify) fill_own_buffers(world_, what.spec, seed + 1, buffers);
    others.arrive();
    time_it(now, record);
    record.load_lost_share = execute->load_lost_share();
    world_.set_deadline(patience);
    verified(now, seed + 1, what.spec.in_place || part.kind == operation_kind::barrier, record);
    record.elapsed_s = clock_.ns(clock_now() - begin) / 1e9;
    return record;
}

// True when the data are right or not asked for. Executes first where the outputs are not the
// result of a sample: before sampling, and in place, where results are fed back as inputs.
bool measurer::verified(prepared& now, std::uint64_t seed, bool execute_first,
                        point_record& record) {
    const operation_spec& spec = now.what->spec;
    world_.enter(phase::verifying, record.index);
    record.verified = options_.verify ? "yes" : "no";
    if (!options_.verify) {
        if (execute_first) now.execute->execute();
        return true;
    }
    verification_result found;
    if (spec.kind == operation_kind::barrier) {
        found = verify_barrier(world_, *now.execute);
    } else {
        if (execute_first) {
            fill_own_buffers(world_, spec, seed, now.buffers);
            // Nobody may put into an output before its owner has poisoned it.
            world_.barrier();
            now.execute->execute();
        }
        found = verify_outputs(world_, spec, seed, now.buffers);
    }
    broadcast_value(world_, found.wrong_elements);
    if (found.wrong_elements == 0) return true;
    record.status = point_status::invalid;
    record.reason = found.message;
    record.verified = "wrong";
    return false;
}

void measurer::time_it(prepared& now, point_record& record) {
    const auto on_device = [](const memory* each) { return each && each->on_device(); };
    // From the first point in a device's memory on, its host's GPUs are watched too.
    if (on_device(now.buffers.input) || on_device(now.buffers.output)) machine_.watch_gpus();
    world_.barrier();
    world_.enter(phase::warming_up, record.index);
    machine_.begin();
    const sampled_point sampled = sampler_->sample(*now.execute, now.request);
    put_circumstances(now, sampled, record);
    if (world_.rank() != 0) return;

    std::vector<double> samples_us = sampled.ticks;
    const double factor = clock_.ns_per_tick / 1e3 * now.what->time_factor;
    for (double& sample : samples_us) sample *= factor;
    fill_statistics(record, std::move(samples_us));
    if (now.what->has_bandwidth) fill_bandwidths(record);
    record.stop_reason = name_of(sampled.reason);
    record.start = sampled.start == start_kind::clock ? "clock" : "barrier";
    record.operations_per_sample = sampled.operations;
    record.warm_up = sampled.warm_up;
    record.late_starts = sampled.late;
    record.clock_residual_us = residual_us_ + sampled.residual_ticks * clock_.ns_per_tick / 1e3;
    record.harness_us = harness_us_;
    record.last_ranks = most_often_last(sampled.last);
}

// What the machines saw meanwhile; the record is rank 0's.
void measurer::put_circumstances(const prepared& now, const sampled_point& sampled,
                                 point_record& record) {
    const host_report seen = machine_.end();
    if (world_.rank() != 0) return;
    record.flags.insert(record.flags.end(), seen.flags.begin(), seen.flags.end());
    if (sampled.uncovered > 0) {
        record.flags.push_back(fmt::format("load-ended-early:{}", sampled.uncovered));
    }
    record.gpu_temperature_c = seen.gpu_temperature_c;
    // Groups at once share their hosts: nobody knows what each of them used.
    if (!now.alone) return;
    // Every execution since the first reading: warm-up, samples, and those that came late. It moves
    // more than one message where the time is that of a part of it.
    const std::uint64_t executions =
        sampled.warm_up + (sampled.ticks.size() + sampled.late) * sampled.operations;
    const double messages = static_cast<double>(executions) / now.what->time_factor;
    record.energy = energy_of(seen, messages * static_cast<double>(now.what->bytes));
}

// Ranks may find different things wrong, each on its own host: what the first of them says counts.
std::string measurer::agreed(const std::string& reason) {
    std::string first;
    for (const std::string& each : gather_texts(world_, reason)) {
        if (first.empty()) first = each;
    }
    broadcast_string(world_, first);
    return first;
}

void measurer::note_made(const backend& transport, const communicator& carrier) {
    double init_us = static_cast<double>(carrier.init_ns()) / 1e3;
    std::int32_t last = 0;
    world_.reduce_max({&init_us, 1}, {&last, 1});
    if (world_.rank() != 0 || !(init_us > 0)) return;
    communicator_record made;
    made.backend = transport.name();
    made.ranks = world_.size() * carrier.ranks_here();
    made.init_us = init_us;
    made.last_rank = last;
    made_.push_back(std::move(made));
}

void measurer::make_carrier(backend& transport, carrier_entry& entry) {
    const availability ready = transport.available();
    entry.reason = agreed(ready.available ? transport.unfit_for(world_) : ready.reason);
    if (!entry.reason.empty()) return;
    try {
        entry.carrier = transport.make_communicator(world_);
        note_made(transport, *entry.carrier);
    } catch (const refused_by_all& unfit) {
        entry.reason = unfit.what();
    }
}

const measurer::carrier_entry& measurer::carrier_of(const std::string& name) {
    const auto known = carriers_.find(name);
    if (known != carriers_.end()) return known->second;
    carrier_entry& entry = carriers_[name];
    for (const auto& candidate : backends_) {
        if (candidate->name() != name) continue;
        make_carrier(*candidate, entry);
        return entry;
    }
    throw usage_error("no backend is called " + name);
}

point_buffers measurer::buffers_for(const plan_point& point, communicator& carrier) {
    const bool in_place = point.part->in_place;
    if (buffers_of_ != point.part) {
        // Freed first, and by everyone, so that two series' buffers never stand side by side.
        input_.reset();
        output_.reset();
        world_.barrier();
        const own_sizes sizes = sizes_of(*point.part, benches_, world_);
        input_ = carrier.allocate_parts(sizes.largest, buffer_role::input, sizes.input);
        if (!in_place) {
            output_ = carrier.allocate_parts(sizes.largest, buffer_role::output, sizes.output);
        }
        buffers_of_ = point.part;
    }
    return {input_.get(), in_place ? input_.get() : output_.get()};
}

}  // namespace railgauge
