#include "harness/launch/host_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <numeric>
#include <string_view>

#include "harness/base/error.hpp"

namespace railgauge {

namespace {

constexpr int most_ranks = 100'000;

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
    throw usage_error(
        fmt::format("--hosts {}: {}; expected names with optional numbers of ranks, "
                    "such as a,b:4",
                    text, why));
}

/// What may stand in a host's name or an IPv4 address: anything else could be an option or a second
/// argument to the launcher.
bool is_name(std::string_view name) {
    return !name.empty() && name.front() != '-' && std::ranges::all_of(name, [](char letter) {
        return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' ||
               letter == '.' || letter == '_';
    });
}

/// 0 ranks: no number was given.
host_ranks entry_of(const std::string& text, std::string_view word) {
    const std::size_t colon = word.find(':');
    host_ranks entry{std::string(word.substr(0, colon)), 0};
    if (!is_name(entry.host)) {
        refuse(text, fmt::format("'{}' is no host's name", word));
    }
    if (colon != std::string_view::npos) {
        const std::string_view number = word.substr(colon + 1);
        const char* end = number.data() + number.size();
        const auto [next, code] = std::from_chars(number.data(), end, entry.ranks);
        if (code != std::errc{} || next != end || entry.ranks < 1 || entry.ranks > most_ranks) {
            refuse(text, fmt::format("'{}' is no number of ranks", number));
        }
    }
    return entry;
}

void share_out(std::vector<host_ranks>& hosts, const std::string& text, std::optional<int> ranks) {
    const auto open = std::ranges::count(hosts, 0, &host_ranks::ranks);
    const int given = total_ranks(hosts);
    const int left = ranks.value_or(given + static_cast<int>(open)) - given;
    const bool even = open == 0 ? left == 0 : left >= open && left % open == 0;
    if (!even) {
        refuse(text, fmt::format("{} ranks (--ranks) are not what the list gives{}", *ranks,
                                 open == 0 ? "" : ", nor can the rest be shared evenly"));
    }
    for (host_ranks& each : hosts) {
        if (each.ranks == 0) {
            each.ranks = left / static_cast<int>(open);
        }
    }
}

}  // namespace

std::vector<host_ranks> parse_host_list(const std::string& text, std::optional<int> ranks) {
    std::vector<host_ranks> hosts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        host_ranks entry = entry_of(text, std::string_view(text).substr(begin, end - begin));
        if (std::ranges::find(hosts, entry.host, &host_ranks::host) != hosts.end()) {
            refuse(text, fmt::format("'{}' stands there twice", entry.host));
        }
        hosts.push_back(std::move(entry));
        begin = end + 1;
    }
    share_out(hosts, text, ranks);
    return hosts;
}

int total_ranks(const std::vector<host_ranks>& hosts) noexcept {
    return std::accumulate(hosts.begin(), hosts.end(), 0,
                           [](int sum, const host_ranks& each) { return sum + each.ranks; });
}

const std::string& host_of_rank(const std::vector<host_ranks>& hosts, int rank) {
    for (const host_ranks& each : hosts) {
        if (rank < each.ranks) {
            return each.host;
        }
        rank -= each.ranks;
    }
    return hosts.back().host;
}

}  // namespace railgauge
