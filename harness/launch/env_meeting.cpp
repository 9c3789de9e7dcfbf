#include "harness/launch/env_meeting.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "harness/base/error.hpp"
#include "harness/launch/management.hpp"
#include "harness/launch/met_work.hpp"
#include "harness/launch/tcp_assembly.hpp"

namespace railgauge {

namespace {

std::string content_of(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        throw system_error("read(" + path + ")", errno, "RAILGAUGE_SECRET_FILE names it");
    }
    return text;
}

std::string without_spaces_around(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos
               ? std::string()
               : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_loopback(const std::string& address, const std::vector<interface_address>& own) {
    return std::any_of(own.begin(), own.end(), [&](const interface_address& each) {
        return each.address == address && each.loopback;
    });
}

/// Where rank 0 listens: on the address of this host that the master's name means and on no other,
/// with two exceptions. The name may mean an address that a cluster forwards to this host (a
/// service of Kubernetes), or, to rank 0 alone, the loopback.
std::vector<tcp_listener> listen_as_master(const job_environment& job, const std::string& wish) {
    const auto own = own_addresses();
    std::vector<std::string> meant;
    try {
        meant = resolve(job.master);
    } catch (const error&) {
        // Its own name may be the last that a pod gets to know.
    }
    std::erase_if(meant, [&](const std::string& address) {
        return std::none_of(own.begin(), own.end(),
                            [&](const auto& each) { return each.address == address; });
    });
    std::vector<std::string> chosen;
    if (!meant.empty()) {
        chosen.push_back(meant.front());
    }
    const bool in_pod = std::getenv("KUBERNETES_SERVICE_HOST") != nullptr;
    if (meant.empty() || (is_loopback(meant.front(), own) && (in_pod || !wish.empty()))) {
        chosen.push_back(management_address(wish, {}));
    }
    std::vector<tcp_listener> listeners;
    for (const std::string& address : chosen) {
        try {
            listeners.emplace_back(address, job.port);
        } catch (const system_error& refused) {
            if (refused.error_number() != EADDRINUSE) {
                throw;
            }
            throw capability_error(fmt::format(
                "rank 0 cannot listen on {}: another program does already; choose another "
                "MASTER_PORT, or a port for railgauge alone with RAILGAUGE_PORT, on all ranks",
                endpoint_text(address, job.port)));
        }
    }
    return listeners;
}

met_ranks meet(const job_environment& job, const env_meeting_options& options) {
    meeting_wishes wishes;
    wishes.limits = options.limits;
    wishes.version = options.version;
    wishes.management = options.management;
    wishes.secret = secret_of(job).secret;
    tcp_meeting how;
    how.rank = job.rank;
    how.size = job.size;
    how.host_name = wishes.host.name;
    how.secret = wishes.secret->derive("meeting");
    how.limit = options.limits.start;
    how.note = options.note;
    std::unique_ptr<assembly> ranks;
    if (job.rank == 0) {
        auto listeners = listen_as_master(job, options.management);
        wishes.target = listeners.front().host_address();
        ranks = std::make_unique<tcp_chair>(std::move(how), std::move(listeners));
    } else {
        ranks = std::make_unique<tcp_guest>(std::move(how), job.master, job.port);
    }
    seat_finding finding(*ranks, std::move(wishes));
    finding.find_seat();
    met_ranks met = finding.share_boards();
    if (job.rank == 0 && options.on_met) {
        options.on_met(met.hosts);
    }
    return met;
}

}  // namespace

env_secret secret_of(const job_environment& job, const variable_reader& get) {
    const auto variable = [&](const char* name) { return get ? get(name) : std::getenv(name); };
    const char* given = variable("RAILGAUGE_SECRET");
    const char* file = variable("RAILGAUGE_SECRET_FILE");
    if (given != nullptr || file != nullptr) {
        const std::string text =
            without_spaces_around(given != nullptr ? std::string(given) : content_of(file));
        if (text.empty()) {
            throw usage_error(given != nullptr ? "RAILGAUGE_SECRET is empty"
                                               : fmt::format("{} holds no secret", file));
        }
        return {job_secret().derive("given " + text), true};
    }
    return {job_secret().derive(fmt::format("derived {} {} {}", ::geteuid(), job.size, job.job)),
            false};
}

env_rank_result run_env_rank(const job_environment& job, const env_meeting_options& options,
                             const verdict_actions& actions,
                             const std::function<exit_status(world&)>& body) {
    met_ranks met;
    try {
        met = meet(job, options);
    } catch (const unreachable_error& alone) {
        // Rank 0 does not know; of the ranks of a host one speaks, where they know which.
        return {alone.status(), job.local_rank.value_or(0) == 0 ? alone.what() : ""};
    } catch (const told_error& told) {
        return {told.status(), job.rank == 0 ? told.what() : ""};
    } catch (const error& failure) {
        return {failure.status(), failure.what()};
    } catch (const std::exception& failure) {
        return {exit_status::cannot, failure.what()};
    }
    return {work_watched(std::move(met), "environment", actions, body).status, {}};
}

}  // namespace railgauge
