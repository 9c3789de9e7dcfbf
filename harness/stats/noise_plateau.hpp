// When more samples no longer teach how noisy a measurement is.
#pragma once

#include <cstddef>
#include <vector>

namespace railgauge::stats {

/// The rule of nvbench's stdrel criterion: keep the estimates of the noise, one after each batch;
/// when the last ones differ among each other by little, the noise is known, and a precision that
/// is not reached yet will not be reached by going on for a while. An estimate is a spread of the
/// samples so far relative to their median (relative_spread), not the interval's width, which
/// always shrinks.
class noise_plateau {
public:
    /// Looks at the last `window` estimates (at least 2); `tolerance` is the largest relative
    /// standard deviation among them that counts as settled.
    explicit noise_plateau(std::size_t window = 16, double tolerance = 0.05);

    void add(double estimate);

    /// False until `window` estimates are there.
    [[nodiscard]] bool reached() const noexcept;

private:
    std::vector<double> ring_;
    std::size_t window_;
    std::size_t next_ = 0;
    double tolerance_;
};

/// Interquartile range over median; 0 when the median is not positive.
[[nodiscard]] double relative_spread(double p25, double p50, double p75) noexcept;

}  // namespace railgauge::stats
