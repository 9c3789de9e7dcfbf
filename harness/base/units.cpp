#include "harness/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>
#include <unordered_set>

#include "harness/base/error.hpp"

namespace railgauge {
namespace {

constexpr std::string_view size_forms = "expected a whole number such as 8, 64K, 64KiB or 1G";

/// Control characters and endless words do not belong into a terminal.
std::string shown(std::string_view text) {
    std::string result;
    for (const char c : text.substr(0, 60)) {
        result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
    if (text.size() > 60) result += "...";
    return result;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lowered(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

/// 0 where the suffix is unknown.
std::uint64_t size_unit(std::string_view suffix) {
    const std::string unit = lowered(suffix);
    if (unit.empty() || unit == "b") return 1;
    const auto power = std::string_view("kmgt").find(unit.front());
    if (power == std::string_view::npos) return 0;
    const std::string_view rest = std::string_view(unit).substr(1);
    if (rest != "" && rest != "i" && rest != "ib" && rest != "b") return 0;
    std::uint64_t factor = 1;
    for (std::size_t i = 0; i <= power; ++i) factor *= rest == "b" ? 1000 : 1024;
    return factor;
}

struct size_range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t factor = 2;
    std::uint64_t step = 0;  ///< used instead of factor where it is not 0
};

std::uint64_t parse_factor(std::string_view item, std::string_view text) {
    std::uint64_t factor = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), factor);
    if (fault != std::errc{} || end != text.data() + text.size() || factor < 2) {
        throw usage_error(
            fmt::format("'{}': the factor after '*' has to be a whole number of 2 or "
                        "more, not '{}'",
                        shown(item), shown(text)));
    }
    return factor;
}

size_range parse_range(std::string_view item, std::size_t dots) {
    size_range range;
    range.first = parse_size(item.substr(0, dots));
    const std::string_view behind = item.substr(dots + 2);
    const auto mark = behind.find_first_of("*+");
    range.last = parse_size(behind.substr(0, mark));
    if (mark != std::string_view::npos) {
        const std::string_view argument = trimmed(behind.substr(mark + 1));
        if (behind[mark] == '*') {
            range.factor = parse_factor(item, argument);
        } else {
            range.step = parse_size(argument);
            if (range.step == 0) {
                throw usage_error(
                    fmt::format("'{}': the step after '+' has to be above 0", shown(item)));
            }
        }
    }
    if (range.last < range.first) {
        throw usage_error(fmt::format("'{}': the range ends ({}) below its start ({})", shown(item),
                                      range.last, range.first));
    }
    if (range.first == 0 && range.step == 0 && range.last > 0) {
        throw usage_error(
            fmt::format("'{}': multiplying leads nowhere from 0; write 0 apart, as "
                        "in 0,8..64M, or give a step, as in 0..64+8",
                        shown(item)));
    }
    return range;
}

class size_list {
public:
    void add(std::uint64_t size) {
        if (!seen_.insert(size).second) return;
        if (sizes_.size() == most_sizes) {
            throw usage_error(fmt::format("more than {} sizes; take a larger step", most_sizes));
        }
        sizes_.push_back(size);
    }

    void add(const size_range& range) {
        std::uint64_t size = range.first;
        for (;;) {
            add(size);
            // Compared by division and subtraction: the next size may lie beyond 64 bits.
            if (range.step != 0) {
                if (range.last - size < range.step) return;
                size += range.step;
            } else {
                if (size == 0 || range.last / range.factor < size) return;
                size *= range.factor;
            }
        }
    }

    [[nodiscard]] std::vector<std::uint64_t> take() { return std::move(sizes_); }

private:
    std::vector<std::uint64_t> sizes_;
    std::unordered_set<std::uint64_t> seen_;
};

/// A number that is finite and not negative, and what stands behind it. Nothing else: no sign, no
/// "inf", no hexadecimal.
bool read_number(std::string_view text, double& number, std::string_view& behind) {
    if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.')) return false;
    const auto [end, fault] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (fault != std::errc{} || !std::isfinite(number)) return false;
    behind = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
    return true;
}

}  // namespace

std::uint64_t parse_size(std::string_view text) {
    const std::string_view word = trimmed(text);
    if (word.empty()) throw usage_error(fmt::format("a size is missing; {}", size_forms));
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), number);
    const std::string_view suffix =
        trimmed(word.substr(static_cast<std::size_t>(end - word.data())));
    const std::uint64_t unit = size_unit(suffix);
    if (fault == std::errc::invalid_argument || unit == 0) {
        throw usage_error(fmt::format("'{}' is no size; {}", shown(word), size_forms));
    }
    if (fault != std::errc{} || number > std::numeric_limits<std::uint64_t>::max() / unit) {
        throw usage_error(
            fmt::format("the size '{}' does not fit into 64 bits; {}", shown(word), size_forms));
    }
    return number * unit;
}

std::vector<std::uint64_t> parse_sizes(std::string_view text) {
    size_list sizes;
    std::size_t begin = 0;
    for (;;) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        const std::string_view item = trimmed(text.substr(begin, comma - begin));
        const std::size_t dots = item.find("..");
        if (dots == std::string_view::npos) {
            sizes.add(parse_size(item));
        } else {
            sizes.add(parse_range(item, dots));
        }
        if (comma == text.size()) return sizes.take();
        begin = comma + 1;
    }
}

std::chrono::nanoseconds parse_duration(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 9> units{{
        {"", 1e9},
        {"s", 1e9},
        {"ns", 1},
        {"us", 1e3},
        {"ms", 1e6},
        {"m", 60e9},
        {"min", 60e9},
        {"h", 3600e9},
        {"d", 86400e9},
    }};
    double number = 0;
    std::string_view unit;
    const bool is_number = read_number(trimmed(text), number, unit);
    const auto* const found = std::find_if(units.begin(), units.end(),
                                           [&](const auto& entry) { return entry.first == unit; });
    if (!is_number || found == units.end()) {
        throw usage_error(fmt::format(
            "'{}' is no duration; expected a number and ns, us, ms, s, m, h or d, such as 500ms, "
            "1.5s or 2h",
            shown(text)));
    }
    const double time_ns = std::round(number * found->second);
    if (!(time_ns < 9.2e18)) {
        throw usage_error(
            fmt::format("the duration '{}' is too long (at most 292 years)", shown(text)));
    }
    return std::chrono::nanoseconds(static_cast<std::int64_t>(time_ns));
}

double parse_share(std::string_view text) {
    double number = 0;
    std::string_view behind;
    const bool is_number = read_number(trimmed(text), number, behind);
    const double share = behind == "%" ? number / 100 : number;
    if (!is_number || !(behind.empty() || behind == "%") || !(share > 0) || share > 1 ||
        (behind.empty() && number >= 1)) {
        throw usage_error(fmt::format(
            "'{}' is no share; expected a percentage above 0 and up to 100%, such as 1% or 0.5%",
            shown(text)));
    }
    return share;
}

}  // namespace railgauge
