#include "harness/backends/cuda/chase_chain.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/chase_cycle.hpp"

namespace railgauge::cuda {

chase_chain::chase_chain(std::uint64_t bytes, std::uint64_t accesses)
    : accesses_(accesses), nodes_(std::max<std::uint64_t>(1, bytes / chase_stride_bytes)) {
    if (nodes_ > accesses_) nodes_ -= nodes_ % accesses_;
}

std::vector<std::byte> chase_chain::write(std::uint64_t base) {
    constexpr std::uint64_t seed = 1;
    std::vector<std::byte> content(bytes());
    write_chase_cycle(content, chase_stride_bytes, base, seed);
    stops_.assign(1, base);
    const std::uint64_t executions = std::max<std::uint64_t>(1, nodes_ / accesses_);
    std::uint64_t at = base;
    for (std::uint64_t i = 0; i < executions; ++i) {
        for (std::uint64_t step = 0; step < accesses_; ++step) {
            std::memcpy(&at, content.data() + (at - base), sizeof at);
        }
        stops_.push_back(at);
    }
    return content;
}

std::uint64_t chase_chain::begin(std::uint64_t number) const {
    return stops_[number % (stops_.size() - 1)];
}

std::uint64_t chase_chain::end(std::uint64_t number) const {
    return stops_[number % (stops_.size() - 1) + 1];
}

}  // namespace railgauge::cuda
