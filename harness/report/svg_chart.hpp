// A chart over message sizes as SVG, for where no script draws it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace railgauge {

struct chart_point {
    double x = 0;  ///< positive
    double y = 0;  ///< positive
    std::optional<double> low;
    std::optional<double> high;
};

struct chart_curve {
    std::string label;
    std::vector<chart_point> points;  ///< by x
    std::vector<chart_point> bound;   ///< drawn as a dashed line
};

/// Both axes are logarithmic, with lines at powers of two (x) and ten (y); points that are not
/// positive are left out. Intervals are bands. The colours are the classes c0 to c7. Empty where no
/// curve has a point.
[[nodiscard]] std::string svg_chart(const std::string& title, const std::string& y_label,
                                    const std::vector<chart_curve>& curves);

}  // namespace railgauge
