#include "harness/backends/nccl/nccl_seats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

namespace railgauge::nccl {
namespace {

int compare(const gpu_seat& a, const gpu_seat& b) {
    const int hosts = std::strncmp(a.host, b.host, sizeof a.host);
    return hosts != 0 ? hosts : std::strncmp(a.bus, b.bus, sizeof a.bus);
}

}  // namespace

std::string why_shared(std::span<const gpu_seat> seats, int gpus) {
    std::vector<std::size_t> order(seats.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        const int by_seat = compare(seats[a], seats[b]);
        return by_seat != 0 ? by_seat < 0 : a < b;
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
        const gpu_seat& seat = seats[order[i]];
        if (compare(seats[order[i - 1]], seat) != 0) continue;
        const auto each = static_cast<std::size_t>(gpus);
        if (order[i - 1] / each == order[i] / each) {
            return fmt::format(
                "ranks {} and {}, both of process {}, share GPU {} of host {}, and NCCL takes a "
                "GPU "
                "once a process: name fewer with --gpus-per-rank",
                order[i - 1], order[i], order[i] / each, std::string(seat.bus),
                std::string(seat.host));
        }
        return fmt::format(
            "ranks {} and {} share GPU {} of host {}, and NCCL needs one for each rank: start "
            "fewer ranks on a host, or set RAILGAUGE_SHARE_GPU=1 to try NCCL out, over its network "
            "transport",
            order[i - 1], order[i], std::string(seat.bus), std::string(seat.host));
    }
    return {};
}

}  // namespace railgauge::nccl
