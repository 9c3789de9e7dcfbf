// The JSON that nccl-tests writes with -J. Of its environment only NCCL_* and its like are kept.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/operation_kind.hpp"
#include "harness/record/import_json.hpp"
#include "harness/record/import_nccl_names.hpp"
#include "harness/record/import_readers.hpp"
#include "harness/record/import_text.hpp"
#include "harness/record/summarise.hpp"

namespace railgauge {
namespace {

using nlohmann::ordered_json;

class nccl_json_reader {
public:
    nccl_json_reader(const ordered_json& document, import_builder& into)
        : document_(document), into_(into) {}

    [[nodiscard]] std::string read() {
        read_subject();
        const ordered_json* results = member(document_, "results");
        if (!results || !results->is_array()) into_.fail(1, 1, "\"results\" is not there");
        std::size_t number = 0;
        for (const ordered_json& row : *results) read_row(row, ++number);
        if (!member(document_, "end_time") && !member(document_, "out_of_bounds")) into_.cut();
        return provenance();
    }

private:
    void read_subject() {
        if (const ordered_json* args = member(document_, "args"); args && args->is_array()) {
            for (const ordered_json& word : *args) {
                if (!op_.empty() || !word.is_string()) continue;
                op_ = nccl_operation_in(word.get_ref<const std::string&>());
            }
        }
        if (op_.empty()) op_ = into_.options().op;
        if (op_.empty()) into_.fail(1, 1, "\"args\" names no program of nccl-tests; give --op");
        static const ordered_json none = ordered_json::object();
        const ordered_json* config = member(document_, "config");
        config_ = config && config->is_object() ? config : &none;
        // Beside the settings or among them, depending on the version.
        devices_ = member(*config_, "devices");
        if (!devices_) devices_ = member(document_, "devices");
        ranks_ = ranks_of_devices();
        if (ranks_ == 0) ranks_ = into_.options().ranks;
        if (ranks_ == 0) into_.fail(1, 1, "\"devices\" names no ranks; give --ranks");
    }

    // A process with several GPUs names its first one only: its rank is then a multiple of their
    // number. Split into groups, the first one's group is what is shown.
    [[nodiscard]] int ranks_of_devices() const {
        if (!devices_ || !devices_->is_array() || devices_->empty()) return 0;
        const std::uint64_t each =
            std::clamp<std::uint64_t>(count_member(*config_, "nthreads").value_or(1), 1, 1024) *
            std::clamp<std::uint64_t>(count_member(*config_, "ngpus").value_or(1), 1, 1024);
        const auto group = count_member(devices_->front(), "group");
        std::uint64_t members = 0;
        bool first_ones = true;
        for (const ordered_json& device : *devices_) {
            first_ones &= count_member(device, "rank").value_or(0) % each == 0;
            members += count_member(device, "group") == group ? 1 : 0;
        }
        return static_cast<int>(
            std::min<std::uint64_t>(members * (first_ones ? each : 1), 1 << 30));
    }

    void read_row(const ordered_json& row, std::size_t number) {
        const auto bytes = count_member(row, "size");
        if (!bytes) {
            into_.problem(1, 1, fmt::format("\"results\" {}: \"size\" is no whole number", number));
            return;
        }
        point_record point = unknown_point();
        point.key.op = op_;
        point.key.backend = "nccl";
        point.key.dtype = nccl_dtype(text_member(row, "type"));
        point.key.redop = text_member(row, "redop");
        point.key.bytes = *bytes;
        point.key.ranks = ranks_;
        point.key.timing = "streamed";
        point.key.memory = "cuda";
        point.key.graph = count_member(*config_, "graph").value_or(0) > 0;
        point.warm_up = count_member(*config_, "warmup_iters").value_or(0);
        if (const ordered_json* tuning = member(row, "tuning")) {
            point.key.algorithm = text_member(*tuning, "algo");
            point.protocol = text_member(*tuning, "proto");
        }
        std::string root = text_member(row, "root");
        root.erase(0, std::min(root.find_first_not_of(' '), root.size()));
        if (const auto rank = count_from(root); rank && *rank < (1U << 30)) {
            point.key.root = static_cast<std::int32_t>(*rank);
        }
        auto iterations = count_member(row, "actual_iterations");
        if (!iterations) iterations = count_member(*config_, "iterations");
        for (const bool in_place : {false, true}) {
            point.key.in_place = in_place;
            read_side(point, row, in_place ? "in_place" : "out_of_place",
                      std::max<std::uint64_t>(iterations.value_or(1), 1), number);
        }
    }

    void read_side(point_record point, const ordered_json& row, const std::string& side,
                   std::uint64_t iterations, std::size_t number) {
        const ordered_json* figures = member(row, side.c_str());
        if (!figures) return;
        auto time = figure_member(*figures, "time");
        if (!time) time = figure_member(*figures, "cpu_time");
        if (!time) {
            into_.problem(1, 1, fmt::format("\"results\" {}: \"{}\" has no time", number, side));
            return;
        }
        if (!agrees(*figures)) {
            into_.problem(1, 1,
                          fmt::format("\"results\" {}: bus_bw of \"{}\" is not alg_bw times the "
                                      "factor of {} with {} ranks",
                                      number, side, op_, ranks_));
            return;
        }
        const auto wrong = figure_member(*figures, "nwrong");
        point.verified = !wrong ? "no" : *wrong > 0 ? "wrong" : "yes";
        if (wrong && *wrong > 0) {
            point.status = point_status::invalid;
            point.reason = fmt::format("nccl-tests counted {} wrong", *wrong);
        }
        // Version 3 knows each iteration: those are samples, no longer one mean.
        std::vector<double> samples = samples_of(row, *figures, side);
        if (samples.size() < 2) {
            into_.add_mean(std::move(point), *time, iterations);
            return;
        }
        fill_statistics(point, std::move(samples));
        fill_bandwidths(point);
        point.stop_reason = "iterations";
        into_.add(std::move(point));
    }

    // Both have six decimals.
    [[nodiscard]] bool agrees(const ordered_json& figures) const {
        const auto algbw = figure_member(figures, "alg_bw");
        const auto busbw = figure_member(figures, "bus_bw");
        const auto kind = operation_kind_from(op_);
        if (!algbw || !busbw || !kind) return true;
        const double factor = bus_bandwidth_factor(*kind, ranks_);
        return std::abs(*busbw - factor * *algbw) <= 2e-6 * (1 + factor) + 1e-4 * *busbw;
    }

    static std::vector<double> samples_of(const ordered_json& row, const ordered_json& figures,
                                          const std::string& side) {
        const ordered_json* list = member(figures, "times_us");
        if (const ordered_json* each = member(row, (side + "_per_iter").c_str()); !list && each) {
            list = member(*each, "times_us");
        }
        std::vector<double> samples;
        if (!list || !list->is_array()) return samples;
        for (const ordered_json& sample : *list) {
            if (!sample.is_number() || !(sample.get<double>() >= 0)) return {};
            samples.push_back(sample.get<double>());
        }
        return samples;
    }

    [[nodiscard]] std::string provenance() const {
        ordered_json converted{{"from", "nccl-tests-json"}};
        for (const char* name : {"version", "start_time", "end_time", "args"}) {
            if (const ordered_json* value = member(document_, name)) converted[name] = *value;
        }
        converted["config"] = *config_;
        converted["config"].erase("devices");
        ordered_json result{{"converted", converted}, {"hosts", ordered_json::array()}};
        std::set<std::string> hosts;
        if (devices_ && devices_->is_array()) {
            result["converted"]["ranks"] = *devices_;
            for (const ordered_json& device : *devices_) {
                const std::string host = text_member(device, "hostname");
                if (!host.empty()) hosts.insert(host);
            }
        }
        for (const std::string& host : hosts) result["hosts"].push_back({{"name", host}});
        if (const auto version = count_member(document_, "nccl_version")) {
            result["libraries"] = {{"nccl", nccl_version(*version)}};
        }
        result["environment"] = environment();
        return result.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    }

    [[nodiscard]] ordered_json environment() const {
        constexpr std::array<std::string_view, 5> allowed{"NCCL_", "UCX_", "MPICH_", "OMPI_",
                                                          "CUDA_"};
        ordered_json kept = ordered_json::object();
        const ordered_json* all = member(document_, "env");
        if (!all || !all->is_array()) return kept;
        for (const ordered_json& each : *all) {
            if (!each.is_string()) continue;
            const std::string& entry = each.get_ref<const std::string&>();
            const std::size_t equal = entry.find('=');
            const bool wanted = std::ranges::any_of(
                allowed, [&](std::string_view prefix) { return entry.starts_with(prefix); });
            if (!wanted || equal == std::string::npos) continue;
            kept[entry.substr(0, equal)] = entry.substr(equal + 1);
        }
        return kept;
    }

    const ordered_json& document_;
    import_builder& into_;
    std::string op_;
    int ranks_ = 0;
    const ordered_json* config_ = nullptr;
    const ordered_json* devices_ = nullptr;
};

}  // namespace

std::string import_nccl_tests_json(std::string_view text, import_builder& into) {
    const ordered_json document = parse_import_json(text, into);
    into.begin_execution();
    return nccl_json_reader(document, into).read();
}

}  // namespace railgauge
