#include "harness/cli/listing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <exception>
#include <nlohmann/json.hpp>

#include "harness/cli/colour.hpp"
#include "harness/measure/suite.hpp"
#include "kernels/types.hpp"

namespace railgauge {
namespace {

using json = nlohmann::ordered_json;

template <typename Values>
std::vector<std::string> names_of(const Values& values) {
    std::vector<std::string> names;
    for (const auto value : values) names.emplace_back(name_of(value));
    return names;
}

listed_backend asked(const backend& each) {
    listed_backend listed;
    listed.name = each.name();
    listed.description = each.description();
    try {
        listed.state = each.available();
        if (listed.state.available) listed.version = each.version();
        listed.features = each.features();
        for (const operation_kind kind : all_operation_kinds) {
            listed.algorithms.emplace_back(name_of(kind), each.known_algorithms(kind));
        }
    } catch (const std::exception& fault) {
        listed.state = {false, fault.what()};
    }
    return listed;
}

listed_suite read_description(const std::string& name) {
    try {
        return {name, read_suite(find_suite(name)).description, ""};
    } catch (const std::exception& fault) {
        return {name, "", fault.what()};
    }
}

std::vector<std::string> algorithms_in(const listed_backend& each, std::string_view operation) {
    for (const auto& [name, algorithms] : each.algorithms) {
        if (name == operation) return algorithms;
    }
    return {};
}

std::string features_text(const std::vector<feature>& features) {
    std::string text;
    for (const feature& each : features) {
        text += fmt::format("        {:<21} {}\n", each.name,
                            each.available ? "yes" : "no: " + each.reason);
    }
    return text;
}

std::string operations_text(const listing& all) {
    std::string text = "Operations, and each backend's algorithms\n";
    for (const operation_kind kind : all_operation_kinds) {
        std::string_view label = name_of(kind);
        for (const listed_backend& each : all.backends) {
            const auto algorithms = algorithms_in(each, name_of(kind));
            text += fmt::format(
                "  {:<16} {:<5} {}\n", label, each.name,
                algorithms.empty() ? "-" : fmt::format("{}", fmt::join(algorithms, " ")));
            label = "";
        }
        if (all.backends.empty()) text += fmt::format("  {}\n", label);
    }
    return text;
}

}  // namespace

std::vector<listed_backend> list_backends(const std::vector<std::unique_ptr<backend>>& backends) {
    std::vector<listed_backend> listed;
    for (const auto& each : backends) listed.push_back(asked(*each));
    return listed;
}

listing make_listing(const std::vector<std::unique_ptr<backend>>& backends,
                     const std::vector<std::string>& suite_names) {
    listing all;
    all.backends = list_backends(backends);
    for (const std::string& name : suite_names) all.suites.push_back(read_description(name));
    return all;
}

std::string listing_text(const listing& all, bool with_colour) {
    std::string text = operations_text(all);
    text += "\nBackends\n";
    for (const listed_backend& each : all.backends) {
        const bool usable = each.state.available;
        text += fmt::format("  {:<5} {}  {}\n        {}\n", each.name,
                            coloured(usable ? "available" : "not available",
                                     usable ? colour::green : colour::yellow, with_colour),
                            usable ? each.version : each.state.reason, each.description);
        text += features_text(each.features);
    }
    text += "\nSuites\n";
    for (const listed_suite& each : all.suites) {
        text += fmt::format(
            "  {:<7} {}\n", each.name,
            each.fault.empty() ? each.description : coloured(each.fault, colour::red, with_colour));
    }
    text += fmt::format("\nTypes       {}\n", fmt::join(names_of(all_dtypes), " "));
    text += fmt::format("Reductions  {}\n", fmt::join(names_of(all_redops), " "));
    return text;
}

std::string listing_json(const listing& all) {
    json backends = json::array();
    for (const listed_backend& each : all.backends) {
        json algorithms = json::object();
        for (const auto& [operation, names] : each.algorithms) algorithms[operation] = names;
        json features = json::array();
        for (const feature& one : each.features) {
            features.push_back({{"name", one.name},
                                {"available", one.available},
                                {"reason", one.available ? json(nullptr) : json(one.reason)}});
        }
        backends.push_back(
            {{"name", each.name},
             {"description", each.description},
             {"version", each.version.empty() ? json(nullptr) : json(each.version)},
             {"available", each.state.available},
             {"reason", each.state.available ? json(nullptr) : json(each.state.reason)},
             {"features", features},
             {"algorithms", algorithms}});
    }
    json suites = json::array();
    for (const listed_suite& each : all.suites) {
        suites.push_back({{"name", each.name},
                          {"description", each.description},
                          {"fault", each.fault.empty() ? json(nullptr) : json(each.fault)}});
    }
    const json object{{"operations", names_of(all_operation_kinds)},
                      {"backends", backends},
                      {"suites", suites},
                      {"types", names_of(all_dtypes)},
                      {"reductions", names_of(all_redops)}};
    return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace railgauge
