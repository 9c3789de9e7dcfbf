// A compute load on the multiprocessors, beside which something else is measured.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/device_timing.hpp"

namespace railgauge {

/// An interface, so that the logic above it is tested where there is no device.
class device_load {
public:
    virtual ~device_load() = default;
    device_load() = default;
    device_load(const device_load&) = delete;
    device_load& operator=(const device_load&) = delete;

    /// Begins at once, in a stream of its own, and ends by itself after about `limit_ns`.
    virtual void start(std::uint64_t limit_ns) = 0;
    [[nodiscard]] virtual bool ended() = 0;
    /// After it has ended: what it did. `busy_ns` is summed over its blocks.
    [[nodiscard]] virtual load_record taken() = 0;
    /// Nanoseconds since the start, by the host; of several, since the first one's.
    [[nodiscard]] virtual std::uint64_t running_ns() const = 0;
};

/// Why no load of so many multiprocessors can run on a device that has `processors` (0: not known);
/// empty: it can. What is beyond them would only begin when others have ended.
[[nodiscard]] std::string why_no_load(int asked, int processors);

/// On so many of the current device's multiprocessors; 0: all. Throws cuda_error.
[[nodiscard]] std::unique_ptr<device_load> make_device_load(int processors);

/// Loads on several devices as one: begun one after the other, ended when all have, and what they
/// did is the sum.
[[nodiscard]] std::unique_ptr<device_load> together(
    std::vector<std::unique_ptr<device_load>> loads);

}  // namespace railgauge
