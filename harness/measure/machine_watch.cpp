#include "harness/measure/machine_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include "harness/base/error.hpp"
#include "harness/measure/gather_texts.hpp"

namespace railgauge {
namespace {

constexpr std::string_view gpus_word = "=gpus_j:";
constexpr std::string_view processors_word = "=processors_j:";
constexpr std::string_view temperature_word = "=gpu_temperature_c:";

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "kind:increase", as machine_counters writes it.
std::pair<std::string, std::uint64_t> parts_of(const std::string& flag) {
    const std::size_t colon = std::min(flag.rfind(':'), flag.size());
    std::uint64_t increase = 0;
    std::from_chars(flag.data() + std::min(colon + 1, flag.size()), flag.data() + flag.size(),
                    increase);
    return {flag.substr(0, colon), increase};
}

// The sum where every host tells a figure above 0.
std::optional<double> sum(const std::vector<host_report>& hosts,
                          std::optional<double> host_report::*figure) {
    double total = 0;
    for (const host_report& host : hosts) {
        if (!(host.*figure) || !(*(host.*figure) > 0)) return std::nullopt;
        total += *(host.*figure);
    }
    return hosts.empty() ? std::nullopt : std::optional(total);
}

}  // namespace

std::string to_text(const host_report& report) {
    std::string text;
    for (const std::string& flag : report.flags) text += flag + '\n';
    const auto put = [&](std::string_view word, const std::optional<double>& value) {
        if (value) text += fmt::format("{}{}\n", word, *value);
    };
    put(gpus_word, report.gpus_j);
    put(processors_word, report.processors_j);
    put(temperature_word, report.gpu_temperature_c);
    return text;
}

host_report report_from_text(const std::string& text) {
    host_report report;
    std::string_view left = text;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find('\n'), left.size());
        const std::string_view line = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        if (line.starts_with(gpus_word)) {
            report.gpus_j = number_in(line.substr(gpus_word.size()));
        } else if (line.starts_with(processors_word)) {
            report.processors_j = number_in(line.substr(processors_word.size()));
        } else if (line.starts_with(temperature_word)) {
            report.gpu_temperature_c = number_in(line.substr(temperature_word.size()));
        } else if (!line.empty()) {
            report.flags.emplace_back(line);
        }
    }
    return report;
}

host_report merge(const std::vector<host_report>& hosts) {
    std::vector<std::pair<std::string, std::uint64_t>> grown;
    host_report merged;
    for (const host_report& host : hosts) {
        for (const std::string& flag : host.flags) {
            const auto [kind, increase] = parts_of(flag);
            const auto known =
                std::ranges::find(grown, kind, [](const auto& each) { return each.first; });
            if (known == grown.end()) {
                grown.emplace_back(kind, increase);
            } else {
                known->second += increase;
            }
        }
        if (host.gpu_temperature_c) {
            merged.gpu_temperature_c =
                std::max(merged.gpu_temperature_c.value_or(*host.gpu_temperature_c),
                         *host.gpu_temperature_c);
        }
    }
    for (const auto& [kind, increase] : grown) {
        merged.flags.push_back(fmt::format("{}:{}", kind, increase));
    }
    merged.gpus_j = sum(hosts, &host_report::gpus_j);
    merged.processors_j = sum(hosts, &host_report::processors_j);
    return merged;
}

point_energy energy_of(const host_report& merged, double moved_bytes) {
    point_energy energy;
    energy.gpus_j = merged.gpus_j;
    energy.processors_j = merged.processors_j;
    if (!energy.gpus_j && !energy.processors_j) return energy;
    energy.total_j = energy.gpus_j.value_or(0) + energy.processors_j.value_or(0);
    if (moved_bytes > 0) energy.j_per_gb = *energy.total_j / (moved_bytes / 1e9);
    return energy;
}

void machine_watch::watch_gpus() {
    if (std::exchange(asked_for_gpus_, true) || !reads()) return;
    try {
        gpus_ = nvml::open();
        counters_.watch_gpus(gpus_);
    } catch (const capability_error&) {
        // A driver without its management library: the points are measured all the same.
    }
}

void machine_watch::begin() {
    if (reads()) before_ = counters_.read();
}

host_report machine_watch::end() {
    std::string mine;
    if (reads()) {
        const counter_snapshot after = counters_.read();
        host_report report;
        report.flags = counters_.flags_between(before_, after);
        report.gpus_j = counters_.gpu_energy_j_between(before_, after);
        report.processors_j = counters_.energy_j_between(before_, after);
        if (gpus_) report.gpu_temperature_c = hottest_gpu_c(*gpus_);
        mine = to_text(report);
    }
    const std::vector<std::string> texts = gather_texts(group_, mine);
    std::vector<host_report> hosts;
    for (const std::string& text : texts) {
        if (!text.empty()) hosts.push_back(report_from_text(text));
    }
    // A host that said nothing told no energy either.
    if (group_.rank() == 0) hosts.resize(static_cast<std::size_t>(group_.hosts()));
    return merge(hosts);
}

}  // namespace railgauge
