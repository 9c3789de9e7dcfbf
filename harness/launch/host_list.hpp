// `--hosts a,b:4`: on which hosts an MPI launcher is to start how many ranks.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace railgauge {

struct host_ranks {
    std::string host;
    int ranks = 1;
};

/// A host without a number gets one rank or, where `ranks` (of the whole job) is given, an equal
/// share of those that the numbers leave over. Hosts keep their order: rank 0 is on the first.
/// Throws usage_error for what is no such list, names a host twice, or does not come to `ranks`.
[[nodiscard]] std::vector<host_ranks> parse_host_list(const std::string& text,
                                                      std::optional<int> ranks);

[[nodiscard]] int total_ranks(const std::vector<host_ranks>& hosts) noexcept;

/// On which of `hosts` the launcher puts `rank`: they are filled one after the other.
[[nodiscard]] const std::string& host_of_rank(const std::vector<host_ranks>& hosts, int rank);

}  // namespace railgauge
