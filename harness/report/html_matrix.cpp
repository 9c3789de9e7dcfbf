#include "harness/report/html_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "harness/report/html_series.hpp"
#include "harness/report/html_text.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr int steps = 8;

struct grid {
    std::vector<std::pair<std::int32_t, std::string>> ends;  ///< rank and host, by rank
    std::map<std::pair<std::size_t, std::size_t>, double> cells;
    double best = 0;  ///< the greatest bandwidth, the least time
};

grid grid_of(const report_matrix& matrix) {
    grid all;
    std::map<std::int32_t, std::string> hosts;
    for (const report_pair& pair : matrix.pairs) {
        hosts.emplace(pair.from.rank, pair.from.host);
        hosts.emplace(pair.to.rank, pair.to.host);
    }
    std::map<std::int32_t, std::size_t> places;
    for (const auto& [rank, host] : hosts) {
        places.emplace(rank, all.ends.size());
        all.ends.emplace_back(rank, host);
    }
    for (const report_pair& pair : matrix.pairs) {
        const double value = stats::median(pair.values);
        if (!(value > 0)) continue;
        all.cells[{places[pair.from.rank], places[pair.to.rank]}] = value;
        const bool better = all.best == 0 || (matrix.is_time ? value < all.best : value > all.best);
        if (better) all.best = value;
    }
    return all;
}

// 0 is the best: each step is an eighth of the best lost.
int step_of(double value, const grid& all, bool is_time) {
    const double share = is_time ? all.best / value : value / all.best;
    return std::clamp(static_cast<int>((1 - share) * steps), 0, steps - 1);
}

// One path a colour, with runs of cells joined: a thousand ends would be a million elements.
std::string picture(const grid& all, bool is_time, const std::string& title) {
    std::array<std::string, steps> paths;
    std::size_t row = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
    int step = -1;
    const auto close = [&] {
        if (step < 0) return;
        paths[static_cast<std::size_t>(step)] +=
            fmt::format("M{} {}h{}v1h-{}z", begin, row, end - begin, end - begin);
        step = -1;
    };
    for (const auto& [place, value] : all.cells) {
        const int color = step_of(value, all, is_time);
        if (place.first != row || place.second != end || color != step) {
            close();
            row = place.first;
            begin = place.second;
            step = color;
        }
        end = place.second + 1;
    }
    close();
    const std::size_t size = std::max<std::size_t>(all.ends.size(), 1);
    std::string text = fmt::format(
        "<svg class=matrix role=img viewBox=\"0 0 {0} {0}\" aria-label=\"{1}\"><title>{1}</title>",
        size, title);
    for (int color = 0; color < steps; ++color) {
        const std::string& path = paths[static_cast<std::size_t>(color)];
        if (!path.empty()) text += fmt::format("<path class=h{} d=\"{}\"/>", color, path);
    }
    return text + "</svg>\n";
}

std::string figures(const grid& all) {
    std::string text =
        "<details open><summary>figures</summary><table class=pairs><thead><tr>"
        "<th>from \\ to";
    for (const auto& [rank, host] : all.ends) {
        text += fmt::format("<th title=\"{}\">{}", html_text(host), rank);
    }
    text += "<tbody>\n";
    for (std::size_t from = 0; from < all.ends.size(); ++from) {
        text +=
            fmt::format("<tr><th>{} {}", all.ends[from].first, html_text(all.ends[from].second));
        for (std::size_t to = 0; to < all.ends.size(); ++to) {
            const auto found = all.cells.find({from, to});
            text += "<td>" + (found == all.cells.end() ? "" : html_figure(found->second));
        }
        text += '\n';
    }
    return text + "</table></details>\n";
}

}  // namespace

std::string matrix_html(const report_matrix& matrix, const std::string& run_name) {
    const grid all = grid_of(matrix);
    const std::string title = html_text(title_of(matrix.key) + ", " + html_size(matrix.key.bytes) +
                                        " bytes: " + (matrix.is_time ? "us" : "GB/s") +
                                        " from the row's rank to the column's" +
                                        (run_name.empty() ? "" : ", " + run_name));
    std::string text = fmt::format(
        "<section class=series data-op=\"{}\" data-backend=\"{}\" data-ranks=\"{}\"><h3>{}</h3>\n",
        html_text(matrix.key.op), html_text(matrix.key.backend), matrix.key.ranks, title);
    text += picture(all, matrix.is_time, title);
    text += "<p class=scale>";
    for (int color = 0; color < steps; ++color) {
        text += fmt::format("<span class=h{}>{}</span>", color,
                            color == 0 ? "best " + html_figure(all.best)
                                       : fmt::format("-{:.0f}%", 100.0 * color / steps));
    }
    text += "</p>\n";
    if (all.ends.size() < matrix_figures_below) text += figures(all);
    return text + "</section>\n";
}

}  // namespace railgauge
