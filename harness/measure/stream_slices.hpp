// How executions at once lie in the buffers: each stream's one behind the other.
#pragma once

#include <algorithm>
#include <cstdint>

#include "harness/backends/operation_spec.hpp"

namespace railgauge {

/// Of one rank, in elements. In place, input and output share their slices.
class stream_slices {
public:
    stream_slices(const operation_spec& spec, int rank, int ranks)
        : one_(spec), streams_(static_cast<std::uint64_t>(std::max(spec.manner.streams, 1))) {
        one_.manner.streams = 1;
        input_ = input_elements(one_, rank, ranks);
        output_ = output_elements(one_, rank, ranks);
        if (spec.in_place) input_ = output_ = std::max(input_, output_);
    }

    /// What one stream executes.
    [[nodiscard]] const operation_spec& one() const noexcept { return one_; }
    [[nodiscard]] std::uint64_t streams() const noexcept { return streams_; }
    [[nodiscard]] std::uint64_t input_at(std::uint64_t stream) const noexcept {
        return stream * input_;
    }
    [[nodiscard]] std::uint64_t output_at(std::uint64_t stream) const noexcept {
        return stream * output_;
    }
    [[nodiscard]] std::uint64_t all_input_elements() const noexcept { return streams_ * input_; }
    [[nodiscard]] std::uint64_t all_output_elements() const noexcept { return streams_ * output_; }

private:
    operation_spec one_;
    std::uint64_t streams_;
    std::uint64_t input_ = 0;
    std::uint64_t output_ = 0;
};

}  // namespace railgauge
