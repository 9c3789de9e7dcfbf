#include "harness/launch/seat_finding.hpp"

#include <fmt/format.h>

#include "harness/base/error.hpp"
#include "harness/launch/management.hpp"
#include "harness/launch/message.hpp"
#include "harness/launch/seats.hpp"
#include "harness/machine/build_info.hpp"

namespace railgauge {

namespace {

/// The version stands first, whatever follows in other versions, so that it can always be compared.
std::string first_words(const meeting_wishes& wishes) {
    return message_writer()
        .put(std::string_view(wishes.version))
        .put(std::string_view(wishes.host.name))
        .put(std::string_view(wishes.host.boot_id))
        .put(std::string_view(wishes.host.pid_namespace))
        .put(std::string_view(wishes.host.ipc_namespace))
        .take();
}

void require_one_version(std::span<const std::string> messages) {
    const std::string first = message_reader(messages.front()).text();
    for (std::size_t rank = 1; rank < messages.size(); ++rank) {
        const std::string other = message_reader(messages[rank]).text();
        if (other != first) {
            message_reader with_host(messages[rank]);
            (void)with_host.text();
            throw capability_error(fmt::format(
                "rank {} on {} runs railgauge {}, but rank 0 runs railgauge {}: install the same "
                "build on all hosts",
                rank, with_host.text(), other, first));
        }
    }
}

/// What a leader has made for its host, or why it could not.
struct leaders_offer {
    std::int32_t status = 0;
    std::string failure;
    std::string board;
    std::string address;

    [[nodiscard]] std::string text() const {
        return message_writer()
            .put(status)
            .put(std::string_view(failure))
            .put(std::string_view(board))
            .put(std::string_view(address))
            .take();
    }
    [[nodiscard]] static leaders_offer from(const std::string& message) {
        message_reader words(message);
        leaders_offer offer;
        offer.status = words.get<std::int32_t>();
        offer.failure = words.text();
        offer.board = words.text();
        offer.address = words.text();
        return offer;
    }
};

leaders_offer make_offer(const meeting_wishes& wishes, met_ranks& found) {
    leaders_offer offer;
    try {
        found.seat.where = board::create(found.seat.local_size, wishes.limits);
        offer.board = found.seat.where->handle().text();
        if (found.seat.hosts > 1) {
            found.tree.emplace(
                tree_seat{tcp_listener(management_address(wishes.management, wishes.target)),
                          {},
                          {},
                          wishes.version});
            offer.address = found.tree->listener.address();
        }
    } catch (const error& failure) {
        offer.status = static_cast<std::int32_t>(failure.status());
        offer.failure = failure.what();
    }
    return offer;
}

/// Maps the host's board; what goes wrong is told to the others.
leaders_offer open_board(const std::string& handle, host_seat& seat) {
    leaders_offer answer;
    try {
        if (!seat.where) {
            seat.where = board::open(segment_handle::from_text(handle));
        }
    } catch (const error& failure) {
        answer.status = static_cast<std::int32_t>(failure.status());
        answer.failure = failure.what();
    }
    return answer;
}

}  // namespace

std::string version_to_compare() {
    const build_info& build = this_build();
    return fmt::format("{} ({}, {})", build.version, build.revision, build.build_type);
}

seat_finding::seat_finding(assembly& ranks, meeting_wishes wishes)
    : ranks_(ranks), wishes_(std::move(wishes)) {}

std::vector<std::string> seat_finding::seat_all(std::span<const std::string> messages) {
    require_one_version(messages);
    seats_ = seat_ranks(messages);
    for (const auto& ranks : seats_.ranks_of_host) {
        message_reader words(messages[static_cast<std::size_t>(ranks.front())]);
        (void)words.text();
        found_.hosts.push_back({words.text(), ranks.front(), static_cast<int>(ranks.size()), {}});
    }
    // The others listen where they reach rank 0's host: a host may have many networks.
    const std::string target = seats_.hosts() == 1
                                   ? std::string()
                                   : management_address(wishes_.management, wishes_.target);
    std::vector<std::string> replies;
    replies.reserve(messages.size());
    for (std::size_t rank = 0; rank < messages.size(); ++rank) {
        const std::int32_t host = seats_.host_of_rank[rank];
        const auto& here = seats_.ranks_of_host[static_cast<std::size_t>(host)];
        message_writer reply;
        reply.put(host).put(std::int32_t{seats_.hosts()}).put(seats_.local_rank_of_rank[rank]);
        reply.put(std::string_view(target)).put(static_cast<std::int32_t>(here.size()));
        for (const std::int32_t each : here) {
            reply.put(each);
        }
        replies.push_back(reply.take());
    }
    return replies;
}

const host_seat& seat_finding::find_seat() {
    const std::string text = ranks_.consult(
        first_words(wishes_), [this](std::span<const std::string> all) { return seat_all(all); });
    message_reader reply(text);
    host_seat& seat = found_.seat;
    seat.rank = ranks_.rank();
    seat.size = ranks_.size();
    seat.host = reply.get<std::int32_t>();
    seat.hosts = reply.get<std::int32_t>();
    seat.local_rank = reply.get<std::int32_t>();
    const std::string target = reply.text();
    if (seat.rank != 0 || wishes_.target.empty()) {
        wishes_.target = target;
    }
    seat.local_size = reply.get<std::int32_t>();
    seat.host_name = wishes_.host.name;
    for (int i = 0; i < seat.local_size; ++i) {
        seat.ranks_here.push_back(reply.get<std::int32_t>());
    }
    return seat;
}

void seat_finding::require_success(std::span<const std::string> messages) const {
    for (std::size_t rank = 0; rank < messages.size(); ++rank) {
        const leaders_offer offer = leaders_offer::from(messages[rank]);
        if (offer.status != 0) {
            const auto host = static_cast<std::size_t>(seats_.host_of_rank[rank]);
            throw error(
                static_cast<exit_status>(offer.status),
                fmt::format("rank {} on {}: {}", rank, found_.hosts[host].name, offer.failure));
        }
    }
}

std::vector<std::string> seat_finding::show_boards(std::span<const std::string> messages) {
    require_success(messages);
    std::vector<std::string> boards;
    for (met_host& host : found_.hosts) {
        const leaders_offer offer =
            leaders_offer::from(messages[static_cast<std::size_t>(host.first_rank)]);
        boards.push_back(offer.board);
        host.management = offer.address;
    }
    // Over MPI the secret travels as MPI's own messages do; by the environment all have it already.
    const job_secret fresh = wishes_.secret ? job_secret() : job_secret::random();
    std::vector<std::string> replies;
    replies.reserve(messages.size());
    for (std::size_t rank = 0; rank < messages.size(); ++rank) {
        const int host = seats_.host_of_rank[rank];
        const bool leads = seats_.local_rank_of_rank[rank] == 0;
        message_writer reply;
        reply.put(std::string_view(boards[static_cast<std::size_t>(host)]));
        const bool has_parent = leads && host > 0;
        const auto parent = has_parent ? static_cast<std::size_t>(parent_of_host(host)) : 0;
        reply.put(std::string_view(has_parent ? found_.hosts[parent].management : std::string()));
        reply.put(std::string_view(leads && !wishes_.secret ? fresh.text() : std::string()));
        replies.push_back(reply.take());
    }
    return replies;
}

met_ranks seat_finding::share_boards() {
    const bool leads = found_.seat.local_rank == 0;
    const leaders_offer offer = leads ? make_offer(wishes_, found_) : leaders_offer{};
    const std::string text = ranks_.consult(
        offer.text(), [this](std::span<const std::string> all) { return show_boards(all); });
    message_reader reply(text);
    const std::string handle = reply.text();
    const std::string parent = reply.text();
    const std::string secret = reply.text();
    if (found_.tree) {
        found_.tree->parent = parent;
        found_.tree->secret =
            wishes_.secret ? wishes_.secret->derive("tree") : job_secret::from_text(secret);
    }
    const leaders_offer opened = open_board(handle, found_.seat);
    (void)ranks_.consult(opened.text(), [this](std::span<const std::string> all) {
        require_success(all);
        return std::vector<std::string>(all.size());
    });
    return std::move(found_);
}

}  // namespace railgauge
