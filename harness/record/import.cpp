#include "harness/record/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/record/import_readers.hpp"

namespace railgauge {
namespace {

struct import_entry {
    std::string_view name;
    std::string (*read)(std::string_view, import_builder&);
};

// In the order of import_format.
constexpr std::array<import_entry, 7> entries{{
    {"nccl-tests", import_nccl_tests},
    {"nccl-tests-json", import_nccl_tests_json},
    {"osu", import_osu},
    {"imb", import_imb},
    {"ucx-perftest", import_ucx_perftest},
    {"nvbandwidth", import_nvbandwidth},
    {"google-benchmark", import_google_benchmark},
}};

constexpr std::size_t looked_at = 1 << 20;
constexpr std::size_t most_told = 3;

// Nothing of the file could be used: the first parts that were left out say why, and what to give.
[[noreturn]] void refuse(const import_builder& builder, std::string_view format) {
    const std::vector<import_problem>& found = builder.problems();
    if (found.empty()) builder.fail(1, 1, fmt::format("no results of {} are in it", format));
    std::string words = fmt::format("no results of {} can be used: {}", format, found[0].message);
    const std::size_t told = std::min(found.size(), most_told);
    for (std::size_t i = 1; i < told; ++i) {
        words += fmt::format("; line {}: {}", found[i].line, found[i].message);
    }
    if (builder.problem_count() > told) {
        words += fmt::format("; and {} more", builder.problem_count() - told);
    }
    builder.fail(found[0].line, found[0].column, words);
}

}  // namespace

std::string_view name_of(import_format format) noexcept {
    return entries[static_cast<std::size_t>(format)].name;
}

std::optional<import_format> import_format_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].name == name) return static_cast<import_format>(i);
    }
    return std::nullopt;
}

std::vector<std::string_view> import_format_names() {
    std::vector<std::string_view> names;
    for (const import_entry& entry : entries) names.push_back(entry.name);
    return names;
}

std::optional<import_format> guess_import_format(std::string_view text) {
    const std::string_view head = text.substr(0, looked_at);
    const auto has = [&](std::string_view words) {
        return head.find(words) != std::string_view::npos;
    };
    if (has("\"alg_bw\"") && has("\"bus_bw\"")) return import_format::nccl_tests_json;
    if (has("\"nvbandwidth\"")) return import_format::nvbandwidth;
    if (has("\"benchmarks\"") && has("\"context\"")) return import_format::google_benchmark;
    if (has("# iterations") && has("| ")) return import_format::ucx_perftest;
    if (has("iterations,") && has("overall_lat")) return import_format::ucx_perftest;
    if (has("out-of-place") && has("busbw")) return import_format::nccl_tests;
    if (has("# OSU ") && has(" Test")) return import_format::osu;
    if (has("# Benchmarking ") && has("#repetitions")) return import_format::imb;
    return std::nullopt;
}

imported_run import_run(std::string_view text, std::string_view file, import_format format,
                        const import_options& options) {
    import_builder builder(file, options);
    std::string provenance = entries[static_cast<std::size_t>(format)].read(text, builder);
    if (builder.empty()) refuse(builder, name_of(format));
    imported_run run = builder.finish(std::move(provenance));
    run.header.run_id = hash_text(text) +
                        hash_text(std::string(file.empty() ? "" : "railgauge") + std::string(text));
    return run;
}

}  // namespace railgauge
