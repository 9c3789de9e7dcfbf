#include "harness/stats/sign_flips.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>

namespace railgauge::stats {
namespace {

constexpr double tie = 1e-9;  // sums in another order differ by rounding, and count as equal

class flipper {
public:
    flipper(std::span<const double> differences, std::size_t series,
            const sign_flip_options& options)
        : options_(options),
          series_(series),
          pairs_(series == 0 ? 0 : differences.size() / series),
          scaled_(differences.begin(), differences.end()),
          sums_(series),
          order_(series) {
        scale();
        sort();
        alone_.assign(series_, 0);
        among_.assign(series_, 0);
    }

    sign_flip_tests run() {
        sign_flip_tests result;
        const unsigned free_signs =
            static_cast<unsigned>(options_.side == tail::both && pairs_ > 0 ? pairs_ - 1 : pairs_);
        result.exact = free_signs < 63 && (std::uint64_t{1} << free_signs) <= options_.most_flips;
        result.flips = result.exact ? std::uint64_t{1} << free_signs : options_.most_flips;
        count();
        if (result.exact) {
            all_flips(result.flips);
        } else {
            random_flips(result.flips);
        }
        fill(result);
        return result;
    }

private:
    [[nodiscard]] double value(double sum) const noexcept {
        return options_.side == tail::both ? std::abs(sum) : sum;
    }

    // Each series divided by the root of its sum of squares, which no flip changes.
    void scale() {
        for (std::size_t at = 0; at < scaled_.size(); ++at) {
            if (std::isnan(scaled_[at])) scaled_[at] = 0;
            if (std::isinf(scaled_[at])) {
                throw std::invalid_argument("test_sign_flips: a difference is infinite");
            }
            sums_[at % series_] += scaled_[at] * scaled_[at];
        }
        for (double& sum : sums_) sum = sum > 0 ? 1 / std::sqrt(sum) : 0;
        for (std::size_t at = 0; at < scaled_.size(); ++at) scaled_[at] *= sums_[at % series_];
    }

    // The most significant series first, so that a flip's step-down maxima are one pass backwards.
    void sort() {
        std::fill(sums_.begin(), sums_.end(), 0);
        for (std::size_t at = 0; at < scaled_.size(); ++at) sums_[at % series_] += scaled_[at];
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::stable_sort(order_.begin(), order_.end(), [this](std::size_t a, std::size_t b) {
            return value(sums_[a]) > value(sums_[b]);
        });
        std::vector<double> row(series_);
        const auto reorder = [&](double* values) {
            for (std::size_t i = 0; i < series_; ++i) row[i] = values[order_[i]];
            std::copy(row.begin(), row.end(), values);
        };
        for (std::size_t pair = 0; pair < pairs_; ++pair) reorder(&scaled_[pair * series_]);
        reorder(sums_.data());
        observed_.resize(series_);
        for (std::size_t i = 0; i < series_; ++i) observed_[i] = value(sums_[i]) - tie;
    }

    void add(std::size_t pair, double factor) {
        const double* const row = &scaled_[pair * series_];
        for (std::size_t i = 0; i < series_; ++i) sums_[i] += factor * row[i];
    }

    void count() {
        double greatest = -std::numeric_limits<double>::infinity();
        for (std::size_t i = series_; i-- > 0;) {
            const double here = value(sums_[i]);
            greatest = std::max(greatest, here);
            alone_[i] += here >= observed_[i] ? 1 : 0;
            among_[i] += greatest >= observed_[i] ? 1 : 0;
        }
        maxima_.push_back(greatest);
    }

    // In the order of a Gray code one sign changes at a time. With both tails the last pair keeps
    // its sign: turning all signs gives the same value.
    void all_flips(std::uint64_t flips) {
        std::vector<double> sign(pairs_, 1.0);
        for (std::uint64_t flip = 1; flip < flips; ++flip) {
            const auto pair = static_cast<std::size_t>(std::countr_zero(flip));
            sign[pair] = -sign[pair];
            add(pair, 2 * sign[pair]);
            count();
        }
    }

    void random_flips(std::uint64_t flips) {
        std::mt19937_64 random(options_.seed);
        for (std::uint64_t flip = 1; flip < flips; ++flip) {
            std::fill(sums_.begin(), sums_.end(), 0);
            std::uint64_t bits = 0;
            for (std::size_t pair = 0; pair < pairs_; ++pair) {
                if (pair % 64 == 0) bits = random();
                add(pair, (bits >> (pair % 64) & 1) != 0 ? 1.0 : -1.0);
            }
            count();
        }
    }

    void fill(sign_flip_tests& result) {
        result.statistic.resize(series_);
        result.p_value.resize(series_);
        result.adjusted.resize(series_);
        const auto flips = static_cast<double>(result.flips);
        double least = 0;  // a less significant series has no smaller p than a more significant one
        for (std::size_t i = 0; i < series_; ++i) {
            const std::size_t to = order_[i];
            least = std::max(least, static_cast<double>(among_[i]) / flips);
            result.p_value[to] = static_cast<double>(alone_[i]) / flips;
            result.adjusted[to] = least;
        }
        std::fill(sums_.begin(), sums_.end(), 0);
        for (std::size_t pair = 0; pair < pairs_; ++pair) add(pair, 1);
        for (std::size_t i = 0; i < series_; ++i) result.statistic[order_[i]] = sums_[i];
        std::sort(maxima_.begin(), maxima_.end());
        result.maxima = std::move(maxima_);
    }

    sign_flip_options options_;
    std::size_t series_;
    std::size_t pairs_;
    std::vector<double> scaled_;
    std::vector<double> sums_;
    std::vector<double> observed_;
    std::vector<std::size_t> order_;
    std::vector<std::uint64_t> alone_;
    std::vector<std::uint64_t> among_;
    std::vector<double> maxima_;
};

}  // namespace

double sign_flip_tests::critical(double alpha) const noexcept {
    // p is the share of flips at or above: at most `may` of them, the identity among them.
    const auto may = static_cast<std::size_t>(alpha * static_cast<double>(flips) + tie);
    if (may == 0 || maxima.empty()) return std::numeric_limits<double>::infinity();
    return maxima[maxima.size() - std::min(may, maxima.size())];
}

sign_flip_tests test_sign_flips(std::span<const double> differences, std::size_t series,
                                const sign_flip_options& options) {
    if (series == 0 ? !differences.empty() : differences.size() % series != 0) {
        throw std::invalid_argument("test_sign_flips: the pairs do not all have as many series");
    }
    if (series == 0 || differences.empty()) {
        sign_flip_tests none;
        none.statistic.assign(series, 0);
        none.p_value.assign(series, 1);
        none.adjusted.assign(series, 1);
        return none;
    }
    return flipper(differences, series, options).run();
}

double least_p(std::size_t pairs, tail side) noexcept {
    if (pairs == 0) return 1;
    return std::exp2(-static_cast<double>(side == tail::both ? pairs - 1 : pairs));
}

}  // namespace railgauge::stats
