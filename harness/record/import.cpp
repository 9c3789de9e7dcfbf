#include "harness/record/import.hpp"

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
    if (builder.empty()) {
        builder.fail(1, 1,
                     std::string("no results of ") + std::string(name_of(format)) + " are in it");
    }
    imported_run run = builder.finish(std::move(provenance));
    run.header.run_id = hash_text(text) +
                        hash_text(std::string(file.empty() ? "" : "railgauge") + std::string(text));
    return run;
}

}  // namespace railgauge
