// One measured point, as it stands in a results file (docs/result-format.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace railgauge {

enum class point_status : std::uint8_t { ok, skipped, failed, invalid };

/// All in microseconds. Percentiles by linear interpolation; the interval is the non-parametric
/// 95 % confidence interval of the median, absent below six samples.
struct time_summary {
    double p50 = 0;
    std::optional<double> ci_low;
    std::optional<double> ci_high;
    double p95 = 0;
    double p99 = 0;
    double min = 0;
    double max = 0;
};

/// A rank and how many iterations it was the last to finish.
struct last_rank {
    std::int32_t rank = 0;
    std::uint64_t times = 0;
};

/// What hosts and GPUs used from the beginning of the warm-up to the last sample, each counted
/// once; absent where not every host of the group tells it.
struct point_energy {
    std::optional<double> gpus_j;        ///< of all GPUs
    std::optional<double> processors_j;  ///< of all packages (RAPL)
    std::optional<double> total_j;       ///< of what is known of both
    std::optional<double> j_per_gb;      ///< total_j over what all executions in that time moved
};

/// What identifies a point within its launch; equal keys in two files are the same measurement.
struct point_key {
    std::string op;
    std::string backend;
    std::string algorithm;  ///< what ran; what was asked for in a point that never ran
    std::string dtype;
    std::string redop;  ///< "none" for operations that do not reduce
    std::uint64_t bytes = 0;
    std::int32_t ranks = 0;
    std::int32_t root = 0;
    /// "world", or one of the groups of a rule: "intra-host:h1", "pairs:0-3". In a plan, and in a
    /// point that did not finish, the rule alone.
    std::string group = "world";
    bool in_place = false;
    std::string timing;           ///< "isolated" or "streamed"
    std::int32_t window = 1;      ///< messages under way at a time
    std::string memory = "host";  ///< where the buffers lie: "host" or "cuda"
    bool graph = false;           ///< launched as a CUDA graph
    /// How the library was told of the buffers: "none", "buffer" or "window".
    std::string registration = "none";
    std::int32_t streams = 1;  ///< executions at once, each with a communicator of its own
    std::string host_memory = "pinned";  ///< of the host's side of a copy: "pinned" or "pageable"
    std::int32_t host_numa = -1;         ///< the NUMA node that it lies on; -1: the rank's own
    std::int32_t load_processors = 0;    ///< multiprocessors that computed meanwhile
    std::int32_t gpus_per_rank = 1;      ///< that a process drives; `ranks` counts GPUs

    friend bool operator==(const point_key&, const point_key&) = default;
};

/// One end of a measured pair.
struct pair_end {
    std::int32_t rank = 0;  ///< in the job
    std::string host;

    friend bool operator==(const pair_end&, const pair_end&) = default;
};

/// The place of a row among those of its point; only where a point is measured in groups.
struct group_place {
    std::int32_t round = 0;       ///< the point's groups ran in so many rounds; this one's, from 0
    std::int32_t rounds = 0;      ///< 0: not known (a point that did not finish)
    std::int32_t concurrent = 0;  ///< groups of this round, all at once; as many rows have it
    std::vector<pair_end> ends;   ///< of a pair, two: data go from the first to the second

    friend bool operator==(const group_place&, const group_place&) = default;
};

struct point_record {
    std::int64_t index = 0;  ///< in the plan, from 0
    point_key key;
    std::int32_t launch = 0;
    std::int64_t soak_round = 0;
    std::optional<group_place> place;  ///< none: the group is the world

    point_status status = point_status::ok;
    std::string reason;  ///< empty when ok

    std::optional<time_summary> time_us;
    std::uint64_t n = 0;
    std::string stop_reason;           ///< "precision", "budget", "iterations", "interrupted"
    std::optional<double> algbw_gbps;  ///< GB/s, from the median; absent for barrier
    std::optional<double> busbw_gbps;
    std::optional<double> bound_us;
    std::optional<double> percent_of_bound;
    std::string bound_reason;  ///< why bound_us is absent
    /// Without reduction in the network, where bound_us is with it.
    std::optional<double> bound_at_ends_us;
    std::string binding_tier;  ///< of the topology; empty where there is no bound
    std::string bound_note;    ///< where the point beats its bound: what in the file must be wrong

    std::string verified;                     ///< "yes", "no" (--no-verify), "wrong"; or ""
    std::string start;                        ///< isolated: "clock" or "barrier"
    std::uint64_t operations_per_sample = 1;  ///< streamed: K
    std::uint64_t warm_up = 0;                ///< operations before the first sample
    std::string transport;          ///< what carried the data: "tcp/eth0 cma/memory"; or ""
    std::string protocol;           ///< how messages were moved, as operation::protocol; or ""
    std::uint64_t chunk_bytes = 0;  ///< longer messages were cut into such pieces; 0: not known
    std::int32_t channels = 0;      ///< that the library used at a time; 0: not known
    std::optional<double> library_estimate_us;  ///< the library's own of one execution
    std::optional<double> load_lost_share;      ///< of the load's speed, while the operation ran
    point_energy energy;
    std::optional<double> gpu_temperature_c;  ///< of the hottest GPU, after the last sample
    std::uint64_t late_starts = 0;            ///< iterations not counted: a rank missed its start
    double clock_residual_us = 0;             ///< how far apart the ranks' clocks may be
    double harness_us = 0;                    ///< an empty operation, measured the same way
    double elapsed_s = 0;                     ///< the whole point, preparation included
    std::vector<last_rank> last_ranks;        ///< most often first, at most four
    std::vector<std::string> flags;           ///< "drifting", "two-humped", "tcp-retransmits", ...
    std::uint64_t outliers_mild = 0;          ///< beyond 1.5, not beyond 3 IQR (counted, kept)
    std::uint64_t outliers_severe = 0;        ///< beyond 3
    std::vector<double> samples_us;           ///< in the order measured
};

}  // namespace railgauge
