#include "harness/cli/run_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "benches/benches.hpp"
#include "harness/backends/registry.hpp"
#include "harness/base/error.hpp"
#include "harness/base/units.hpp"
#include "harness/cli/gpu_flags.hpp"
#include "harness/cli/this_host.hpp"
#include "harness/machine/checks.hpp"
#include "harness/machine/host_info.hpp"
#include "harness/measure/memory_needs.hpp"
#include "harness/measure/point_bounds.hpp"
#include "harness/measure/point_keys.hpp"

namespace railgauge {
namespace {

// Buffers that fill the memory to the brim would measure the swapping of everything else.
constexpr double usable_share_of_memory = 0.9;

constexpr const char* smaller_words =
    "measure smaller sizes (--bytes), leave out those that are too large (--clamp-memory)";

double gigabytes(double bytes) {
    return bytes / 1e9;
}

void refuse_what_no_gpu_holds(const run_job& job, std::optional<std::uint64_t> free_bytes,
                              int sharing) {
    const double needed = static_cast<double>(device_memory_needed_bytes(job.what, job.benches)) *
                          static_cast<double>(sharing);
    if (!free_bytes || needed <= static_cast<double>(*free_bytes) * usable_share_of_memory) return;
    throw capability_error(
        fmt::format("the largest message needs {:.3g} GB of buffers on {}, and {:.3g} GB of its "
                    "memory are free; {}",
                    gigabytes(needed),
                    sharing > 1 ? fmt::format("a GPU that {} ranks share", sharing) : "each GPU",
                    gigabytes(static_cast<double>(*free_bytes)), smaller_words));
}

void refuse_what_the_host_does_not_hold(const run_job& job, int ranks_here) {
    const std::uint64_t all = memory_needed_bytes(job.what, job.benches);
    const std::uint64_t share = all / static_cast<std::uint64_t>(job.ranks);
    const std::uint64_t needed =
        ranks_here == job.ranks ? all : share * static_cast<std::uint64_t>(ranks_here);
    const std::uint64_t available = available_memory_bytes();
    if (static_cast<double>(needed) <= static_cast<double>(available) * usable_share_of_memory) {
        return;
    }
    throw capability_error(fmt::format(
        "the largest message needs {:.3g} GB of buffers for {} ranks on this host, and {:.3g} GB "
        "of memory are available; {}, or start fewer ranks",
        gigabytes(static_cast<double>(needed)), ranks_here,
        gigabytes(static_cast<double>(available)), smaller_words));
}

// Leaves out what does not fit where that was asked for; refuses it with the figures else.
void fit_into_memory(run_job& job, int ranks_here) {
    std::optional<std::uint64_t> free_bytes;
    if (device_memory_needed_bytes(job.what, job.benches) > 0) free_bytes = free_gpu_memory_bytes();
    const int sharing = job.options.share_gpu ? ranks_here * job.options.gpus_per_rank : 1;
    if (!job.options.clamp_memory) {
        refuse_what_no_gpu_holds(job, free_bytes, sharing);
        return refuse_what_the_host_does_not_hold(job, ranks_here);
    }
    memory_room room;
    // The plan's figure is for a host with all of the job's ranks.
    room.host_bytes = static_cast<std::uint64_t>(
        static_cast<double>(available_memory_bytes()) * usable_share_of_memory *
        static_cast<double>(job.ranks) / static_cast<double>(ranks_here));
    if (free_bytes) {
        room.device_bytes = static_cast<std::uint64_t>(static_cast<double>(*free_bytes) *
                                                       usable_share_of_memory / sharing);
    }
    job.left_out = clamp_to(job.what, job.benches, room);
    if (job.what.points() == 0) {
        throw capability_error("not even the smallest of the sizes fits into the memory");
    }
}

bool plan_needs_mpi(const run_job& job) {
    return std::ranges::any_of(job.what.parts, [&](const series& part) {
        return std::ranges::any_of(job.backends, [&](const auto& candidate) {
            return candidate->name() == part.backend && candidate->needs_mpi_launcher() &&
                   candidate->available().available;
        });
    });
}

// "railgauge-quick-20260131T120000Z.jsonl", in the working directory. A suite's name may hold
// anything; a file's name has to stay one.
std::string default_file(std::string suite_name) {
    for (char& each : suite_name) {
        const bool plain =
            std::isalnum(static_cast<unsigned char>(each)) != 0 || each == '-' || each == '.';
        if (!plain) each = '_';
    }
    constexpr std::size_t most = 100;
    if (suite_name.size() > most) suite_name.resize(most);
    std::string time = utc_now().substr(0, 19);
    std::erase_if(time, [](char each) { return each == '-' || each == ':'; });
    const std::string stem = fmt::format("railgauge-{}-{}Z", suite_name, time);
    std::string name = stem + ".jsonl";
    // Two runs may begin in the same second.
    for (int next = 2; std::filesystem::exists(name); ++next) {
        name = fmt::format("{}-{}.jsonl", stem, next);
    }
    return name;
}

// How many devices there are for all that is asked for, where a rank more would measure nothing; 0:
// something else is asked for, too, or there are none.
int least_devices(const suite& what, std::span<const std::unique_ptr<backend>> backends) {
    int least = 0;
    for (const suite_case& one : what.cases) {
        if (one.backends.empty()) return 0;
        for (const auto& each : backends) {
            const bool named = std::ranges::find(one.backends, each->name()) != one.backends.end();
            if (!named || !each->available().available) continue;
            const int here = each->most_local_ranks();
            if (here == 0) return 0;
            least = least == 0 ? here : std::min(least, here);
        }
    }
    return least;
}

std::chrono::nanoseconds positive(const char* flag, const std::string& text) {
    const auto time = parse_duration(text);
    if (time.count() <= 0) throw usage_error(fmt::format("{} must be more than 0", flag));
    return time;
}

}  // namespace

run_job make_job(const run_options& options, std::vector<std::string> command, int ranks,
                 int ranks_here) {
    run_job job;
    job.options = options;
    job.command = std::move(command);
    apply_gpu_flags(options.nccl_library, options.share_gpu);
    require_named_nccl(options.nccl_library);
    job.backends = make_backends();
    job.benches = make_benches();
    job.limits.step = positive("--deadline", options.deadline);
    job.limits.start = positive("--start-deadline", options.start_deadline);
    for (const auto& each : job.backends) {
        each->set_deadlines(job.limits.step, job.limits.start);
        each->set_gpus_per_rank(options.gpus_per_rank);
    }
    if (!options.soak.empty()) {
        job.soak = positive("--for", options.soak);
        if (options.launches > 1) {
            throw usage_error(
                "--for repeats the suite within one launch and --launches starts "
                "the ranks anew: use one of them");
        }
    }
    if (options.check == 0) job.options.no_verify = true;
    const suite asked = suite_from(options);
    job.ranks = ranks > 0 ? ranks : ranks_to_start(options, asked, job.backends);
    job.what = make_plan(asked, job.ranks, job.benches, job.backends);
    if (job.what.points() == 0) throw usage_error("the plan is empty: no backend can be measured");
    fit_into_memory(job, ranks_here > 0 ? ranks_here : job.ranks);
    job.needs_mpi = plan_needs_mpi(job);
    if (!options.topology.empty()) {
        job.cluster = std::make_shared<const topology>(cluster_named(options.topology));
        // Without a launcher all ranks are on this host.
        const int each = options.gpus_per_rank;
        refuse_ranks_without_seats(*job.cluster, job.ranks * each,
                                   (ranks > 0 ? ranks_here : job.ranks) * each);
    }
    if (!options.expectations.empty()) job.expected = read_expectations(options.expectations);
    if (!options.out.empty() && !options.resume.empty()) {
        throw usage_error("--resume goes on with its own file: leave --out away");
    }
    job.out = !options.resume.empty() ? options.resume
              : !options.out.empty()  ? options.out
                                      : default_file(job.what.suite);
    return job;
}

int ranks_to_start(const run_options& options, const suite& what,
                   std::span<const std::unique_ptr<backend>> backends) {
    if (options.ranks) return *options.ranks;
    const int devices = least_devices(what, backends);
    return devices > 0 ? devices : std::max(2, read_process_facts().usable_cpus);
}

run_header header_of(const run_job& job) {
    run_header header;
    header.run_id = make_run_id();
    header.started = utc_now();
    header.command = job.command;
    header.plan = summary_of(job.what, job.options.launches);
    nlohmann::ordered_json provenance{{"host", nlohmann::ordered_json::parse(describe_host())}};
    // Where other processes started the ranks, this one has threads, and forks nothing any more.
    if (const std::string gpus = gpus_for_record(job.met.empty()); !gpus.empty()) {
        provenance["gpus"] = nlohmann::ordered_json::parse(gpus);
    }
    if (!job.met.empty()) provenance["meeting"] = nlohmann::ordered_json::parse(job.met);
    if (job.cluster) {
        provenance["topology"] = {{"name", job.cluster->name}, {"hash", job.cluster->hash}};
    }
    auto& backends = provenance["backends"] = nlohmann::ordered_json::object();
    for (const auto& candidate : job.backends) {
        const availability ready = candidate->available();
        const std::string name{candidate->name()};
        backends[name]["available"] = ready.available;
        if (ready.available) {
            backends[name]["version"] = candidate->version();
        } else {
            backends[name]["reason"] = ready.reason;
        }
    }
    header.provenance_json = provenance.dump();
    return header;
}

}  // namespace railgauge
