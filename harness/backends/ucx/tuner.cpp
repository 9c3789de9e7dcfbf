#include "harness/backends/ucx/tuner.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <limits>
#include <numeric>

#include "harness/backends/ucx/mailboxes.hpp"
#include "harness/launch/world.hpp"

namespace railgauge::ucx {
namespace {

/// What one comparison may take, roughly; each candidate is timed at least `fewest` times after its
/// first executions.
constexpr double budget_ns = 30e6;
constexpr std::uint32_t fewest = 5;
constexpr std::uint32_t most = 60;

/// In their steady state mailboxes lie in the caches, which the other candidates have used
/// meanwhile. After two executions in a row they are not back yet (measured: 8 KiB, 1.7 us
/// of 1.15); after six they are. So among candidates with mailboxes each is executed so often
/// before it is timed, and the comparison may take longer.
constexpr int warm_ups = 6;
constexpr double warm_budget_ns = 100e6;

/// Where the first executions of all take longer than this, connecting and warming up have no part
/// in them that counts: they are compared, and only the better half of the candidates goes on to
/// another turn.
constexpr double slow_ns = 500e6;
constexpr int slow_turns = 2;
/// The best of them then take turns for about so long, at most so often: what is left differs by
/// less than executions do.
constexpr std::size_t finalists = 3;
constexpr double final_ns = 2e9;
constexpr double final_turns = 6;

constexpr std::array<std::uint64_t, 5> chunk_sizes{64U << 10U, 128U << 10U, 256U << 10U,
                                                   512U << 10U, 1U << 20U};
/// Within a host, short messages are copied in and out of memory between the ranks: two halves are
/// copied at the same time. Tried from twice the size on, up to:
constexpr std::array<std::uint64_t, 2> short_chunk_sizes{1U << 10U, 2U << 10U};
constexpr std::uint64_t most_short_bytes = 16U << 10U;
/// Longer messages are faster when they are cut, and copied in and out at the same time.
constexpr std::uint64_t most_mailed_bytes = 16U << 10U;
constexpr std::uint64_t usual_chunk_bytes = 256U << 10U;
/// UCX sends up to 256 KiB eagerly when it is asked for fast completion (UCX_RNDV_SEND_NBR_THRESH),
/// and shorter messages than these anyway.
constexpr std::uint64_t eager_chunk_bytes = 128U << 10U;
constexpr std::uint64_t least_eager_bytes = 8U << 10U;

/// Algorithms that are this much slower than the best are not tried with other chunks, nor are
/// more than so many.
constexpr double hopeless = 1.3;
constexpr std::size_t most_finer = 2;

/// Sizes that begin with the same bit and the one after it are one class.
int size_class_of(std::uint64_t bytes) {
    const int width = std::bit_width(bytes);
    return 2 * width + (width > 1 && (bytes >> (width - 2) & 1U) != 0 ? 1 : 0);
}

std::uint64_t eager_chunk(std::uint64_t bytes) {
    return bytes > eager_chunk_bytes ? eager_chunk_bytes : 0;
}

/// The same algorithm and protocol with all chunks that make sense.
void add_chunks(std::vector<choice>& to, const choice& like, std::uint64_t bytes) {
    if (!like.eager || bytes <= eager_chunk_bytes) {
        to.push_back({like.algorithm, 0, like.eager});
    }
    for (const std::uint64_t chunk : chunk_sizes) {
        if (chunk < bytes && (!like.eager || chunk <= eager_chunk_bytes)) {
            to.push_back({like.algorithm, chunk, like.eager});
        }
    }
}

double now_ns() {
    return std::chrono::duration<double, std::nano>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double median_of(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle;
}

}  // namespace

choice tuner::choose(const operation_spec& spec, std::span<const std::string> algorithms,
                     const make_operation& make) {
    const int ranks = group_.size();
    const std::uint64_t bytes = message_bytes(spec, ranks);
    const bool reduces = is_reducing(spec.kind);
    const bool to_cut = is_mailable(spec.kind) && bytes >= 2 * short_chunk_sizes.front();
    const bool to_mail = mail_ && is_mailable(spec.kind) && bytes <= most_mailed_bytes;
    if (ranks == 1 || bytes == 0 || (algorithms.size() == 1 && !to_cut && !to_mail)) {
        return {algorithms.front(), 0};
    }
    series key{.kind = spec.kind,
               .type = reduces ? spec.type : dtype::uint8,
               .op = reduces ? spec.op : redop::sum,
               .in_place = spec.in_place,
               .root = is_rooted(spec.kind) ? spec.root : 0,
               .size_class = size_class_of(bytes),
               .mail = to_mail,
               .algorithms = {}};
    for (const std::string& name : algorithms) {
        key.algorithms += name + ' ';
    }
    const auto known = known_.find(key);
    if (known != known_.end()) {
        return known->second;
    }
    return known_[key] = try_out(spec, algorithms, make);
}

choice tuner::try_out(const operation_spec& spec, std::span<const std::string> algorithms,
                      const make_operation& make) {
    const std::uint64_t bytes = message_bytes(spec, group_.size());
    const std::uint64_t usual = bytes > usual_chunk_bytes ? usual_chunk_bytes : 0;
    std::vector<choice> candidates;
    for (const std::string& name : algorithms) {
        candidates.push_back({name, usual});
        if (mail_ && is_mailable(spec.kind) && bytes <= most_mailed_bytes) {
            candidates.push_back({.algorithm = name, .puts = true});
        }
        if (bytes > least_eager_bytes) {
            candidates.push_back({name, eager_chunk(bytes), true});
        }
        for (const std::uint64_t chunk : short_chunk_sizes) {
            if (bytes >= 2 * chunk && bytes <= most_short_bytes) {
                candidates.push_back({name, chunk});
            }
        }
    }
    std::vector<double> times = times_of(candidates, make);
    if (bytes <= chunk_sizes.front()) {
        const auto best = std::ranges::min_element(times) - times.begin();
        return candidates[static_cast<std::size_t>(best)];
    }
    std::vector<double> ordered = times;
    std::ranges::sort(ordered);
    const double limit =
        std::min(ordered.front() * hopeless, ordered[std::min(most_finer, ordered.size()) - 1]);
    std::vector<choice> finer;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (times[i] <= limit) {
            add_chunks(finer, candidates[i], bytes);
        }
    }
    times = times_of(finer, make);
    const auto best = std::ranges::min_element(times) - times.begin();
    return finer[static_cast<std::size_t>(best)];
}

// Until all have it: who left the first barrier last may find its message waiting, and the sender
// does not know how long that took.
double tuner::time_of(operation& what) {
    group_.heartbeat();
    together_.execute();
    const double start = now_ns();
    what.execute();
    together_.execute();
    return now_ns() - start;
}

void tuner::warm_up(operation& what) {
    for (int i = 0; i < warm_ups; ++i) {
        what.execute();
        together_.execute();
    }
}

double tuner::shorter_turn_ns(std::span<const std::unique_ptr<operation>> made,
                              std::span<const double> first) {
    std::vector<double> second;
    for (const auto& one : made) {
        second.push_back(time_of(*one));
    }
    agree_on(second);
    double sum = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
        sum += std::min(first[i], second[i]);
    }
    return sum;
}

void tuner::agree_on(std::span<double> times) {
    std::vector<std::int32_t> owners(times.size());
    group_.reduce_max(times, owners);
    group_.broadcast(std::as_writable_bytes(times), 0);
}

void tuner::time_again(std::span<const std::unique_ptr<operation>> made,
                       std::span<const std::size_t> which,
                       std::vector<std::vector<double>>& times) {
    std::vector<double> again;
    for (const std::size_t i : which) {
        again.push_back(time_of(*made[i]));
    }
    agree_on(again);
    for (std::size_t k = 0; k < which.size(); ++k) {
        times[which[k]].push_back(again[k]);
    }
}

std::vector<double> tuner::few_times_of(std::span<const std::unique_ptr<operation>> made,
                                        std::span<const double> first) {
    std::vector<std::size_t> going_on(made.size());
    std::iota(going_on.begin(), going_on.end(), std::size_t{0});
    std::vector<std::vector<double>> times(made.size());
    for (const std::size_t i : going_on) {
        times[i].push_back(first[i]);
    }
    const auto keep_best = [&](std::size_t count) {
        std::ranges::sort(going_on, {}, [&](std::size_t i) { return median_of(times[i]); });
        going_on.resize(std::min(count, going_on.size()));
    };
    for (int turn = 0; turn < slow_turns; ++turn) {
        keep_best((going_on.size() + 1) / 2);
        time_again(made, going_on, times);
    }
    keep_best(finalists);
    double turn_ns = 0;
    for (const std::size_t i : going_on) {
        turn_ns += median_of(times[i]);
    }
    for (double turn = std::min(final_turns, final_ns / turn_ns); turn >= 1; --turn) {
        time_again(made, going_on, times);
    }
    std::vector<double> medians(made.size(), std::numeric_limits<double>::infinity());
    for (const std::size_t i : going_on) {
        medians[i] = median_of(times[i]);
    }
    return medians;
}

// The candidates take turns, so that a disturbance meets them all.
std::vector<double> tuner::times_of(std::span<const choice> candidates,
                                    const make_operation& make) {
    std::vector<std::unique_ptr<operation>> made;
    for (const choice& one : candidates) {
        made.push_back(make(one));
        group_.heartbeat();
    }
    const std::size_t count = made.size();
    std::vector<double> medians(count);  // of the first executions, for now
    for (std::size_t i = 0; i < count; ++i) {
        medians[i] = time_of(*made[i]);
    }
    agree_on(medians);
    double turn_ns = std::accumulate(medians.begin(), medians.end(), 0.0);
    if (turn_ns > slow_ns) {
        return few_times_of(made, medians);
    }
    bool warm = std::ranges::any_of(candidates, &choice::puts);
    if (warm) {
        turn_ns = shorter_turn_ns(made, medians);
        warm = (warm_ups + 1) * turn_ns <= slow_ns;  // where all is slow, caches do not matter
        turn_ns *= warm ? warm_ups + 1 : 1;
    }
    const auto turns = static_cast<std::uint32_t>(
        std::clamp((warm ? warm_budget_ns : budget_ns) / turn_ns, static_cast<double>(fewest),
                   static_cast<double>(most)));
    std::vector<double> values(count * turns);
    for (std::uint32_t turn = 0; turn < turns; ++turn) {
        for (std::size_t i = 0; i < count; ++i) {
            if (warm) {
                warm_up(*made[i]);
            }
            values[i * turns + turn] = time_of(*made[i]);
        }
    }
    std::vector<std::int32_t> owners(values.size());
    group_.reduce_max(values, owners);
    if (group_.rank() == 0) {
        for (std::size_t i = 0; i < count; ++i) {
            medians[i] = median_of(std::span(values).subspan(i * turns, turns));
        }
    }
    group_.broadcast(std::as_writable_bytes(std::span(medians)), 0);
    return medians;
}

}  // namespace railgauge::ucx
