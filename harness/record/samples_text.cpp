#include "harness/record/samples_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <stdexcept>

namespace railgauge {
namespace {

constexpr double steps_per_us = 1e5;
constexpr int decimals = 5;
constexpr double most_in_steps_us = 1e13;  // above, the steps would not fit into 64 bits

void append_sample(std::string& line, double sample_us) {
    if (!std::isfinite(sample_us)) throw std::invalid_argument("a sample is not finite");
    char text[40];
    if (std::abs(sample_us) > most_in_steps_us) {
        line.append(text, std::to_chars(text, text + sizeof text, sample_us).ptr);
        return;
    }
    const std::int64_t steps = std::llround(sample_us * steps_per_us);
    const auto magnitude = static_cast<std::uint64_t>(steps < 0 ? -steps : steps);
    if (steps < 0) line += '-';
    line.append(text, std::to_chars(text, text + sizeof text, magnitude / 100000).ptr);
    auto rest = magnitude % 100000;
    if (rest == 0) return;
    int digits = decimals;
    for (; rest % 10 == 0; rest /= 10) --digits;
    for (int place = digits; place > 0; rest /= 10) {
        text[place--] = static_cast<char>('0' + rest % 10);
    }
    text[0] = '.';
    line.append(text, static_cast<std::size_t>(digits) + 1);
}

}  // namespace

void append_samples(std::string& line, std::span<const double> samples_us) {
    line.reserve(line.size() + samples_us.size() * 9 + 2);
    char separator = '[';
    for (const double sample : samples_us) {
        line += separator;
        append_sample(line, sample);
        separator = ',';
    }
    line += samples_us.empty() ? "[]" : "]";
}

}  // namespace railgauge
