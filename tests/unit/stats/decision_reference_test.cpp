// Holds tests and corrections against SciPy (make_decision_reference.py writes the reference).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "harness/stats/bootstrap.hpp"
#include "harness/stats/change_points.hpp"
#include "harness/stats/distributions.hpp"
#include "harness/stats/multiplicity.hpp"
#include "harness/stats/rank_tests.hpp"
#include "harness/stats/sign_flips.hpp"

namespace railgauge::stats {
namespace {

class fields {
public:
    explicit fields(const std::string& line) : in_(line) { in_ >> word_; }

    [[nodiscard]] const std::string& word() const { return word_; }
    double number() {
        double value = 0;
        EXPECT_TRUE(in_ >> value);
        return value;
    }
    std::size_t count() { return static_cast<std::size_t>(number()); }
    std::vector<double> list(std::size_t n) {
        std::vector<double> values(n);
        for (double& value : values) value = number();
        return values;
    }
    std::vector<double> list() { return list(count()); }

private:
    std::istringstream in_;
    std::string word_;
};

void expect_close(double ours, double reference) {
    EXPECT_NEAR(ours, reference, 1e-9 * std::max(1.0, std::abs(reference)));
}

void expect_close(const std::vector<double>& ours, const std::vector<double>& reference) {
    ASSERT_EQ(ours.size(), reference.size());
    for (std::size_t i = 0; i < ours.size(); ++i) expect_close(ours[i], reference[i]);
}

template <typename Check>
int for_each(const std::string& word, Check check) {
    std::ifstream file(RAILGAUGE_SOURCE_DIR "/tests/unit/stats/decision_reference.txt");
    int checked = 0;
    for (std::string line; std::getline(file, line);) {
        fields of(line);
        if (of.word() != word) continue;
        SCOPED_TRACE(line.substr(0, 60));
        check(of);
        ++checked;
    }
    return checked;
}

TEST(decision_reference, mann_whitney) {
    EXPECT_EQ(for_each("mann_whitney",
                       [](fields& of) {
                           const bool exact = of.number() != 0;
                           const double u = of.number();
                           const double p = of.number();
                           const auto first = of.list();
                           const mann_whitney_result ours = mann_whitney(first, of.list());
                           EXPECT_EQ(ours.exact, exact);
                           expect_close(ours.u, u);
                           expect_close(ours.p_value, p);
                       }),
              8);
}

TEST(decision_reference, sign_test) {
    EXPECT_EQ(for_each("sign",
                       [](fields& of) {
                           const std::size_t above = of.count();
                           const std::size_t below = of.count();
                           const double p = of.number();
                           const sign_test_result ours = sign_test(of.list());
                           EXPECT_EQ(ours.above, above);
                           EXPECT_EQ(ours.below, below);
                           expect_close(ours.p_value, p);
                       }),
              5);
}

TEST(decision_reference, bootstrap_intervals) {
    const auto check = [](fields& of, bool accelerated) {
        const double low = of.number();
        const double high = of.number();
        std::optional<interval> ours;
        if (accelerated) {
            const double observed = of.number();
            const auto jackknife = of.list();
            ours = bca_interval(observed, jackknife, of.list());
        } else {
            ours = percentile_interval(of.list());
        }
        ASSERT_TRUE(ours);
        expect_close(ours->low, low);
        expect_close(ours->high, high);
    };
    EXPECT_EQ(for_each("bca", [&](fields& of) { check(of, true); }), 3);
    EXPECT_EQ(for_each("percentile", [&](fields& of) { check(of, false); }), 3);
}

TEST(decision_reference, corrections) {
    EXPECT_EQ(for_each("holm",
                       [](fields& of) {
                           const auto p = of.list();
                           expect_close(holm(p), of.list(p.size()));
                       }),
              4);
    EXPECT_EQ(for_each("bh",
                       [](fields& of) {
                           const auto p = of.list();
                           expect_close(benjamini_hochberg(p), of.list(p.size()));
                       }),
              4);
}

TEST(decision_reference, distributions) {
    EXPECT_EQ(for_each("normal",
                       [](fields& of) {
                           const double p = of.number();
                           expect_close(normal_quantile(p), of.number());
                       }),
              9);
    EXPECT_EQ(for_each("student",
                       [](fields& of) {
                           const double t = of.number();
                           const double degrees = of.number();
                           const double p = of.number();
                           expect_close(student_below(t, degrees), p);
                           const double back = student_quantile(p, degrees);
                           expect_close(student_below(back, degrees), p);
                       }),
              54);
}

TEST(decision_reference, sign_flips) {
    EXPECT_EQ(for_each("flips",
                       [](fields& of) {
                           sign_flip_options options;
                           options.side = of.number() != 0 ? tail::upper : tail::both;
                           const std::size_t pairs = of.count();
                           const std::size_t series = of.count();
                           const auto values = of.list(pairs * series);
                           const sign_flip_tests ours = test_sign_flips(values, series, options);
                           EXPECT_TRUE(ours.exact);
                           expect_close(ours.p_value, of.list(series));
                           expect_close(ours.adjusted, of.list(series));
                           // The bound of the statistic and the p-value say the same.
                           for (std::size_t i = 0; i < series; ++i) {
                               if (ours.statistic[i] >= ours.critical(0.05) + 1e-9) {
                                   EXPECT_LE(ours.adjusted[i], 0.05);
                               }
                           }
                       }),
              10);
}

TEST(decision_reference, splits) {
    EXPECT_EQ(for_each("split",
                       [](fields& of) {
                           const std::size_t least = of.count();
                           const std::size_t at = of.count();
                           const double energy = of.number();
                           const change_point ours = best_split(of.list(), least);
                           EXPECT_EQ(ours.at, at);
                           expect_close(ours.energy, energy);
                       }),
              4);
}

TEST(decision_reference, the_nile_changed_when_the_dam_was_built) {
    bool first = true;
    for_each("split", [&](fields& of) {
        (void)of.list(3);
        if (!first) return;
        first = false;
        const auto changes = find_changes(of.list());
        ASSERT_EQ(changes.size(), 1U);
        EXPECT_EQ(changes.front().at, 28U);  // 1899 is the first year of the low flow
        EXPECT_LE(changes.front().p_value, 0.01);
    });
}

}  // namespace
}  // namespace railgauge::stats
