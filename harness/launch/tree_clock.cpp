#include "harness/launch/tree_clock.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <span>

#include "harness/base/clock_envelope.hpp"

namespace railgauge {

namespace {

constexpr int rounds = 24;
constexpr std::chrono::microseconds spin_time{300};
/// How wrong the ratio of two calibrated clocks of different hosts may be: their crystals are good
/// for some 50 ppm each, and kernels measure a counter's rate to about 100 ppm at boot.
constexpr double nominal_error = 300e-6;
/// How much a crystal's rate may have changed since the oldest reading that is kept (temperature).
constexpr double wander = 0.5e-6;
constexpr double history_s = 30;
constexpr std::size_t most_readings = 64;

/// What a parent tells each child first; the parent's ticks are meant.
struct introduction {
    double ns_per_tick;
    clock_relation to_job;
};

template <typename T>
std::span<std::byte> bytes_of(T& value) noexcept {
    return std::as_writable_bytes(std::span(&value, 1));
}

double difference(std::uint64_t later, std::uint64_t earlier) noexcept {
    return static_cast<double>(static_cast<std::int64_t>(later - earlier));
}

}  // namespace

// The parent's side of the same conversation is in `relate`.
tree_clock::reading tree_clock::ask(tree_links& links, double nominal_ratio) const {
    const std::uint64_t anchor = clock_now();
    // In the parent's ticks, so that the two clocks may tick at different lengths.
    const auto scaled = [&](std::uint64_t local) {
        return anchor +
               static_cast<std::uint64_t>(std::llround(difference(local, anchor) * nominal_ratio));
    };
    clock_envelope all;
    clock_envelope best;
    double best_error = std::numeric_limits<double>::infinity();
    for (int round = 0; round < rounds; ++round) {
        std::uint64_t remote = 0;
        const std::uint64_t before = clock_now();
        links.send(*links.parent(), frame_kind::clock, {});
        links.receive(*links.parent(), frame_kind::clock, bytes_of(remote));
        const std::uint64_t after = clock_now();
        clock_envelope one;
        one.add(scaled(before), remote, scaled(after));
        all.add(scaled(before), remote, scaled(after));
        if (one.error() < best_error) {
            best_error = one.error();
            best = one;
        }
    }
    // Bounds that contradict each other prove nothing together; the tightest one still does.
    const clock_envelope& found = all.contradicts() ? best : all;
    const std::uint64_t local = clock_now();
    const double lasted = difference(local, anchor) * nominal_ratio;
    return {local, scaled(local) + static_cast<std::uint64_t>(std::llround(found.offset())),
            found.error() + 1 + nominal_error * lasted};
}

clock_relation tree_clock::to_parent(const reading& now, double nominal_ratio) {
    clock_relation found{now.local, now.parent, nominal_ratio, now.error, nominal_error};
    const double most_age = history_s * 1e9 / own_.ns_per_tick;
    while (!history_.empty() && (difference(now.local, history_.front().local) > most_age ||
                                 history_.size() >= most_readings)) {
        history_.pop_front();
    }
    // A reading that was disturbed proves little, however old: the one that proves most counts.
    for (const reading& old : history_) {
        const double parents = difference(now.parent, old.parent);
        const double drift = (now.error + old.error) / parents + wander;
        if (parents > 0 && drift < found.drift) {
            found.ratio = parents / difference(now.local, old.local);
            found.drift = drift;
        }
    }
    history_.push_back(now);
    return found;
}

clock_relation tree_clock::relate(tree_links& links, bool spin) {
    if (!calibrated_) {
        own_ = calibrate_clock();
        calibrated_ = true;
    }
    links.next_call();
    const auto time = spin ? std::chrono::nanoseconds(spin_time) : std::chrono::nanoseconds(0);
    introduction mine{own_.ns_per_tick, {}};
    if (auto* parent = links.parent()) {
        introduction theirs{};
        links.receive(*parent, frame_kind::clock, bytes_of(theirs));
        const double nominal = own_.ns_per_tick / theirs.ns_per_tick;
        parent->stream.spin_for(time);
        const clock_relation one = to_parent(ask(links, nominal), nominal);
        parent->stream.spin_for({});
        const clock_relation& above = theirs.to_job;
        mine.to_job.local_ticks = one.local_ticks;
        mine.to_job.job_ticks = above.to_job(one.job_ticks);
        mine.to_job.ratio = one.ratio * above.ratio;
        mine.to_job.error_ticks = one.error_ticks * above.ratio + above.error_at(one.job_ticks) + 1;
        mine.to_job.drift = one.drift + above.drift;
    }
    for (auto& child : links.children()) {
        links.send(child, frame_kind::clock, bytes_of(mine));
        child.stream.spin_for(time);
        for (int round = 0; round < rounds; ++round) {
            links.receive(child, frame_kind::clock, {});
            std::uint64_t now = clock_now();
            links.send(child, frame_kind::clock, bytes_of(now));
        }
        child.stream.spin_for({});
    }
    return mine.to_job;
}

}  // namespace railgauge
