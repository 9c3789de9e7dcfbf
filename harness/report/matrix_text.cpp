#include "harness/report/matrix_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/report/figures.hpp"
#include "harness/report/pair_words.hpp"
#include "harness/report/printable.hpp"
#include "harness/stats/quantile.hpp"

namespace railgauge {
namespace {

constexpr std::size_t most_label = 16;
constexpr std::size_t most_listed = 16;  // ends, where the matrix does not fit
constexpr std::string_view red = "31";
constexpr std::string_view bold = "1";

// Three digits of a bandwidth, or of a time in a unit that fits most.
std::string three_digits(double value) {
    const int decimals = value < 0.0995  ? 4
                         : value < 0.995 ? 3
                         : value < 9.95  ? 2
                         : value < 99.5  ? 1
                                         : 0;
    return fmt::format("{:.{}f}", value, decimals);
}

// What a matrix has as rows and columns: the hosts, or on one host the ranks.
struct axis {
    std::vector<std::string> labels;
    std::map<int, int> place;  ///< by rank
    bool of_hosts = false;
};

axis axis_of(const std::map<int, std::string>& hosts) {
    axis result;
    std::map<std::string, int> known;
    for (const auto& [rank, host] : hosts) {
        result.place[rank] = known.try_emplace(host, static_cast<int>(known.size())).first->second;
    }
    result.of_hosts = known.size() > 1;
    if (result.of_hosts) {
        result.labels.resize(known.size());
        for (const auto& [host, place] : known) {
            result.labels[static_cast<std::size_t>(place)] = printable(host).substr(0, most_label);
        }
        return result;
    }
    for (const auto& [rank, host] : hosts) {
        result.place[rank] = static_cast<int>(result.labels.size());
        result.labels.push_back(std::to_string(rank));
    }
    return result;
}

class matrix_writer {
public:
    matrix_writer(bool is_time, std::span<const pair_value> cells,
                  const std::map<int, std::string>& hosts, const matrix_options& options)
        : is_time_(is_time),
          options_(options),
          axis_(axis_of(hosts)),
          words_(describe_pairs(cells, hosts, is_time)) {
        std::map<std::pair<int, int>, std::vector<double>> values;
        std::vector<double> all;
        for (const pair_value& cell : cells) {
            const std::pair place{axis_.place.at(cell.from), axis_.place.at(cell.to)};
            values[place].push_back(cell.value);
            all.push_back(cell.value);
            if (words_.slow_cells.contains({cell.from, cell.to})) slow_.insert(place);
        }
        for (const auto& [place, several] : values) {
            values_[place] = stats::median(several);
            several_ = several_ || several.size() > 1;
        }
        if (is_time) scale_ = scale_of(1 / stats::median(all));
    }

    [[nodiscard]] std::string write(const std::string& title) {
        text_ = painted(printable(title), bold) + '\n';
        text_ += fmt::format("{} from the row's {} to the column's{}{}\n",
                             is_time_ ? scale_.unit : "GB/s", axis_.of_hosts ? "host" : "rank",
                             slow_.empty() ? "" : "; * stands out",
                             several_ ? "; the median over the ranks of both hosts" : "");
        std::size_t widest = 4;
        for (const std::string& label : axis_.labels) widest = std::max(widest, label.size());
        label_width_ = static_cast<int>(widest);
        cell_width_ = std::max(cell_width_, axis_.of_hosts ? label_width_ + 2 : 8);
        for (const auto& [place, value] : values_) {
            cell_width_ = std::max(cell_width_, static_cast<int>(number(value).size()) + 2);
        }
        const auto columns = static_cast<int>(axis_.labels.size()) * cell_width_ + label_width_;
        if (columns <= options_.columns) {
            write_matrix();
        } else {
            write_ends();
        }
        for (const std::string& line : words_.lines) text_ += line + '\n';
        return text_;
    }

private:
    [[nodiscard]] std::string painted(const std::string& text, std::string_view code) const {
        return options_.colors ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
    }

    [[nodiscard]] std::string number(double value) const {
        return three_digits(is_time_ ? scale_.per_us / value : value);
    }

    void write_matrix() {
        text_ += std::string(static_cast<std::size_t>(label_width_), ' ');
        for (const std::string& label : axis_.labels) {
            text_ += fmt::format("{:>{}} ", label, cell_width_ - 1);
        }
        text_ += '\n';
        const auto ends = static_cast<int>(axis_.labels.size());
        for (int from = 0; from < ends; ++from) {
            text_ +=
                fmt::format("{:<{}}", axis_.labels[static_cast<std::size_t>(from)], label_width_);
            for (int to = 0; to < ends; ++to) {
                const auto value = values_.find({from, to});
                const bool slow = slow_.contains({from, to});
                const std::string shown = value == values_.end() ? "-" : number(value->second);
                const std::string cell =
                    fmt::format("{:>{}}{}", shown, cell_width_ - 1, slow ? '*' : ' ');
                text_ += slow ? painted(cell, red) : cell;
            }
            text_ += '\n';
        }
    }

    // The matrix is too wide: what each end reaches, the slowest ones.
    void write_ends() {
        struct medians {
            double sending;
            double receiving;
            std::size_t end;
        };
        std::vector<std::vector<double>> sending(axis_.labels.size());
        std::vector<std::vector<double>> receiving(axis_.labels.size());
        for (const auto& [place, value] : values_) {
            if (place.first == place.second) continue;
            sending[static_cast<std::size_t>(place.first)].push_back(value);
            receiving[static_cast<std::size_t>(place.second)].push_back(value);
        }
        std::vector<medians> ends;
        for (std::size_t end = 0; end < axis_.labels.size(); ++end) {
            if (sending[end].empty() || receiving[end].empty()) continue;
            ends.push_back({stats::median(sending[end]), stats::median(receiving[end]), end});
        }
        std::ranges::sort(ends, {},
                          [](const medians& one) { return std::min(one.sending, one.receiving); });
        text_ += fmt::format("{:<{}} {:>10} {:>10}\n", "", label_width_, "sending", "receiving");
        for (std::size_t i = 0; i < std::min(ends.size(), most_listed); ++i) {
            text_ += fmt::format("{:<{}} {:>10} {:>10}\n", axis_.labels[ends[i].end], label_width_,
                                 number(ends[i].sending), number(ends[i].receiving));
        }
        if (ends.size() > most_listed) {
            text_ += fmt::format("and {} more, which are faster\n", ends.size() - most_listed);
        }
    }

    bool is_time_;
    matrix_options options_;
    axis axis_;
    pair_words words_;
    std::map<std::pair<int, int>, double> values_;
    std::set<std::pair<int, int>> slow_;
    time_scale scale_;
    bool several_ = false;  ///< cells are of several pairs
    int label_width_ = 0;
    int cell_width_ = 0;
    std::string text_;
};

}  // namespace

std::string matrix_text(const std::string& title, bool is_time, std::span<const pair_value> cells,
                        const std::map<int, std::string>& hosts, const matrix_options& options) {
    // A series need not have every rank of the run: hosts of the others would be empty rows.
    std::map<int, std::string> present;
    for (const pair_value& cell : cells) {
        present[cell.from] = hosts.at(cell.from);
        present[cell.to] = hosts.at(cell.to);
    }
    return matrix_writer(is_time, cells, present, options).write(title);
}

}  // namespace railgauge
