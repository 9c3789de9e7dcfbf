#include "harness/record/import_nccl_job.hpp"

#include <algorithm>

#include "harness/record/import_nccl_names.hpp"

namespace railgauge {

using nlohmann::ordered_json;

void nccl_job::read_settings(const std::vector<text_word>& words) {
    ranks_ = 0;
    group_.reset();
    std::uint64_t aggregated = 1;
    iterations_ = warm_up_ = 0;
    graph_ = false;
    ordered_json settings = ordered_json::object();
    std::string name;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string_view word = words[i].text;
        // "2(factor)", "1048576(bytes)".
        const auto count = count_from(word.substr(0, word.find('(')));
        if (!count) {
            if (!name.empty()) name += ' ';
            name += word.substr(0, word.find(':'));
            continue;
        }
        settings[name] = *count;
        if (name == "iters") iterations_ = *count;
        if (name == "agg iters") aggregated = std::clamp<std::uint64_t>(*count, 1, 1 << 20);
        if (name == "warmup iters") warm_up_ = *count;
        if (name == "graph") graph_ = *count > 0;
        name.clear();
    }
    if (iterations_ < (std::uint64_t{1} << 40)) iterations_ *= aggregated;
    executions_.push_back({{"settings", settings}, {"ranks", ordered_json::array()}});
}

void nccl_job::read_rank(const std::vector<text_word>& words) {
    if (executions_.empty()) {
        executions_.push_back(
            {{"settings", ordered_json::object()}, {"ranks", ordered_json::array()}});
    }
    ordered_json rank;
    std::string device;
    std::uint64_t group = 0;
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        const std::string_view next = words[i + 1].text;
        if (words[i].text == "Rank") {
            if (const auto number = count_from(next)) rank["rank"] = *number;
        } else if (words[i].text == "Group") {
            group = count_from(next).value_or(0);
        } else if (words[i].text == "on") {
            rank["host"] = next;
            hosts_.insert(std::string(next));
        } else if (words[i].text == "device") {
            if (const auto number = count_from(next)) rank["device"] = *number;
            if (i + 2 < words.size()) rank["pci"] = words[i + 2].text;
            for (std::size_t rest = i + 3; rest < words.size(); ++rest) {
                if (!device.empty()) device += ' ';
                device += words[rest].text;
            }
            break;
        }
    }
    if (!device.empty()) rank["gpu"] = device;
    executions_.back()["ranks"].push_back(rank);
    // Split into groups (NCCL_TESTS_SPLIT), the first rank's group is what it shows.
    if (!group_) group_ = group;
    if (group == *group_) ++ranks_;
}

void nccl_job::read_version(std::string_view line) {
    constexpr std::string_view words = "NCCL version ";
    constexpr std::string_view code = "nccl-library=";
    if (const auto at = line.find(words); at != std::string_view::npos) {
        const std::string_view rest = line.substr(at + words.size());
        nccl_version_ = rest.substr(0, rest.find_first_of(" +\t"));
    } else if (const auto found = line.find(code); found != std::string_view::npos) {
        const std::string_view rest = line.substr(found + code.size());
        const auto number = count_from(rest.substr(0, rest.find_first_of(" \t")));
        if (number) nccl_version_ = nccl_version(*number);
    }
}

ordered_json nccl_job::provenance() const {
    ordered_json provenance;
    provenance["converted"] = {{"from", "nccl-tests"}, {"executions", executions_}};
    provenance["hosts"] = ordered_json::array();
    for (const std::string& host : hosts_) provenance["hosts"].push_back({{"name", host}});
    if (!nccl_version_.empty()) provenance["libraries"] = {{"nccl", nccl_version_}};
    return provenance;
}

}  // namespace railgauge
