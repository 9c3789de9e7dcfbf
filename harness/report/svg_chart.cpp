#include "harness/report/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/report/html_text.hpp"

namespace railgauge {
namespace {

constexpr double width = 640;
constexpr double height = 360;
constexpr double left = 56;
constexpr double right = 10;
constexpr double top = 24;
constexpr double bottom = 32;

struct extent {
    double low = std::numeric_limits<double>::infinity();
    double high = 0;

    void add(double value) {
        if (!(value > 0) || !std::isfinite(value)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    [[nodiscard]] bool empty() const { return !(high > 0); }
    // To whole decades or octaves, so that a line has room.
    void round_to(double base) {
        low = std::pow(base, std::floor(std::log(low) / std::log(base) + 1e-9));
        high = std::pow(base, std::ceil(std::log(high) / std::log(base) - 1e-9));
        if (high <= low) high = low * base;
    }
};

class plane {
public:
    plane(extent x, extent y) : x_(x), y_(y) {}

    [[nodiscard]] double across(double value) const {
        return left + (width - left - right) * share(x_, value);
    }
    [[nodiscard]] double down(double value) const {
        return height - bottom - (height - top - bottom) * share(y_, value);
    }
    [[nodiscard]] std::string place(double x, double y) const {
        return fmt::format("{:.1f},{:.1f}", across(x), down(y));
    }

private:
    static double share(const extent& of, double value) {
        return (std::log(value) - std::log(of.low)) / (std::log(of.high) - std::log(of.low));
    }
    extent x_;
    extent y_;
};

bool drawable(const chart_point& point) {
    return point.x > 0 && point.y > 0 && std::isfinite(point.x) && std::isfinite(point.y);
}

std::string line_of(const plane& on, const std::vector<chart_point>& points,
                    std::string_view attributes) {
    std::string places;
    for (const chart_point& point : points) {
        if (drawable(point)) places += (places.empty() ? "" : " ") + on.place(point.x, point.y);
    }
    if (places.empty()) return {};
    return fmt::format("<polyline {} points=\"{}\"/>\n", attributes, places);
}

std::string band_of(const plane& on, const chart_curve& curve, std::size_t color) {
    std::string forth;
    std::string back;
    for (const chart_point& point : curve.points) {
        if (!drawable(point) || !point.low || !point.high || !(*point.low > 0)) continue;
        forth += on.place(point.x, *point.high) + " ";
        back = on.place(point.x, *point.low) + " " + back;
    }
    if (forth.empty()) return {};
    return fmt::format("<polygon class=\"band c{}\" points=\"{}{}\"/>\n", color, forth, back);
}

std::string axes(const plane& on, const extent& x, const extent& y, const std::string& y_label) {
    std::string text;
    const double octaves = std::log2(x.high / x.low);
    const double step = std::exp2(std::max(1.0, std::ceil(octaves / 8)));
    for (double at = x.low; at <= x.high * 1.0001; at *= step) {
        text += fmt::format(
            "<path class=grid d=\"M{0:.1f} {1}V{2}\"/><text x={0:.1f} y={3} "
            "text-anchor=middle>{4}</text>\n",
            on.across(at), top, height - bottom, height - bottom + 16,
            html_size(static_cast<std::uint64_t>(at)));
    }
    const double decades = std::log10(y.high / y.low);
    const double rise = std::pow(10, std::max(1.0, std::ceil(decades / 8)));
    for (double at = y.low; at <= y.high * 1.0001; at *= rise) {
        text += fmt::format(
            "<path class=grid d=\"M{0} {1:.1f}H{2}\"/><text x={3} y={4:.1f} "
            "text-anchor=end>{5}</text>\n",
            left, on.down(at), width - right, left - 6, on.down(at) + 4, html_figure(at));
    }
    return text + fmt::format("<text x=4 y=14>{}</text>\n", html_text(y_label));
}

}  // namespace

std::string svg_chart(const std::string& title, const std::string& y_label,
                      const std::vector<chart_curve>& curves) {
    extent x;
    extent y;
    for (const chart_curve& curve : curves) {
        for (const auto* points : {&curve.points, &curve.bound}) {
            for (const chart_point& point : *points) {
                if (!drawable(point)) continue;
                x.add(point.x);
                y.add(point.y);
                if (point.low) y.add(*point.low);
                if (point.high) y.add(*point.high);
            }
        }
    }
    if (x.empty() || y.empty()) return {};
    x.round_to(2);
    y.round_to(10);
    const plane on(x, y);
    std::string text = fmt::format(
        "<svg class=chart role=img viewBox=\"0 0 {} {}\" aria-label=\"{}\">\n<title>{}</title>\n",
        width, height, html_text(title), html_text(title));
    text += axes(on, x, y, y_label);
    std::string legend;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const std::size_t color = i % 8;
        text += band_of(on, curves[i], color);
        text += line_of(on, curves[i].bound, fmt::format("class=\"curve bound c{}\"", color));
        text += line_of(on, curves[i].points, fmt::format("class=\"curve c{}\"", color));
        legend += fmt::format("<li class=c{}>{}", color, html_text(curves[i].label));
    }
    return text + "</svg>\n<ul class=legend>" + legend + "</ul>\n";
}

}  // namespace railgauge
