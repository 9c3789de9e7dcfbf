// Holds the statistics against NumPy and SciPy (make_reference.py writes reference.txt).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "harness/stats/drift.hpp"
#include "harness/stats/geometric_mean.hpp"
#include "harness/stats/median_interval.hpp"
#include "harness/stats/quantile.hpp"
#include "harness/stats/tukey.hpp"
#include "harness/stats/two_humped.hpp"

namespace railgauge::stats {
namespace {

double number(std::istringstream& fields) {
    std::string text;
    fields >> text;
    return std::strtod(text.c_str(), nullptr);  // reads "nan", which operator>> does not
}

// NaN counts as equal to NaN: SciPy's geometric mean of negative values is none, as ours.
void expect_close(double ours, double reference, const std::string& what) {
    if (std::isnan(reference)) {
        EXPECT_TRUE(std::isnan(ours)) << what;
    } else {
        EXPECT_NEAR(ours, reference, 1e-9 * std::max(1.0, std::abs(reference))) << what;
    }
}

class reference : public testing::Test {
protected:
    // Calls check(series, fields) for each line that begins with `word`; returns how many.
    template <typename Check>
    int for_each(const std::string& word, Check check) {
        std::ifstream file(RAILGAUGE_SOURCE_DIR "/tests/unit/stats/reference.txt");
        int checked = 0;
        for (std::string line; std::getline(file, line);) {
            std::istringstream fields(line);
            std::string kind;
            std::string name;
            fields >> kind;
            if (kind == "series") {
                std::size_t n = 0;
                fields >> name >> n;
                auto& values = series_[name];
                for (std::size_t i = 0; i < n; ++i) values.push_back(number(fields));
            } else if (kind == word) {
                fields >> name;
                SCOPED_TRACE(line.substr(0, 60));
                check(series_[name], name, fields);
                ++checked;
            }
        }
        return checked;
    }

    std::map<std::string, std::vector<double>> series_;
};

TEST_F(reference, quantiles_are_numpys) {
    const int checked = for_each("quantile", [](auto& values, auto&, auto& fields) {
        const double q = number(fields);
        const double expected = number(fields);
        expect_close(quantile(values, q), expected, "selected");
        auto sorted = values;
        std::sort(sorted.begin(), sorted.end());
        expect_close(quantile_sorted(sorted, q), expected, "sorted");
    });
    EXPECT_EQ(checked, 77);
}

TEST_F(reference, median_ranks_are_scipys_binomial) {
    const int checked = for_each("median_ranks", [](auto&, const auto& name, auto& fields) {
        const auto ours = median_interval_ranks(std::stoull(name));
        const double low = number(fields);
        const double high = number(fields);
        ASSERT_EQ(ours.has_value(), low >= 0);
        if (!ours) return;
        EXPECT_EQ(static_cast<double>(ours->low), low);
        EXPECT_EQ(static_cast<double>(ours->high), high);
    });
    EXPECT_EQ(checked, 307);
}

TEST_F(reference, trend_is_scipys_kendalltau) {
    const int checked = for_each("kendall", [](auto& values, auto&, auto& fields) {
        const kendall_trend ours = mann_kendall(values);
        expect_close(ours.tau, number(fields), "tau");
        expect_close(ours.p_value, number(fields), "p");
    });
    EXPECT_EQ(checked, 5);
}

TEST_F(reference, outliers_are_counted) {
    const int checked = for_each("outliers", [](auto& values, auto&, auto& fields) {
        const auto ours = count_outliers(values, quantile(values, 0.25), quantile(values, 0.75));
        EXPECT_EQ(static_cast<double>(ours.mild), number(fields));
        EXPECT_EQ(static_cast<double>(ours.severe), number(fields));
    });
    EXPECT_EQ(checked, 7);
}

TEST_F(reference, geometric_mean_is_scipys) {
    EXPECT_EQ(for_each("gmean",
                       [](auto& values, auto&, auto& fields) {
                           expect_close(geometric_mean(values), number(fields), "gmean");
                       }),
              7);
}

TEST_F(reference, dip_is_its_definitions) {
    EXPECT_EQ(for_each("dip",
                       [](auto& values, auto&, auto& fields) {
                           std::sort(values.begin(), values.end());
                           expect_close(dip(values), number(fields), "dip");
                       }),
              25);
}

}  // namespace
}  // namespace railgauge::stats
