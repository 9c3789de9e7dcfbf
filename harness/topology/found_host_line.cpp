// A found host as one line of JSON, as ranks send it to each other.

#include <nlohmann/json.hpp>

#include "harness/base/error.hpp"
#include "harness/topology/found_host.hpp"

namespace railgauge {
namespace {

using json = nlohmann::json;

}  // namespace

std::string to_line(const found_host& host) {
    json gpus = json::array();
    for (const found_gpu& each : host.gpus) {
        gpus.push_back({each.address, each.name, each.nvlink_gbps, each.pcie_gbps, each.finding});
    }
    json nics = json::array();
    for (const found_nic& each : host.nics) {
        nics.push_back({each.name, each.gbps, each.infiniband});
    }
    const json all{{"name", host.name},
                   {"cores", host.cores},
                   {"source", host.source},
                   {"gpus", std::move(gpus)},
                   {"nics", std::move(nics)}};
    return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

found_host found_host_from_line(std::string_view line) {
    try {
        const json all = json::parse(line);
        found_host host;
        host.name = all.at("name").get<std::string>();
        host.cores = all.at("cores").get<std::int64_t>();
        host.source = all.at("source").get<std::string>();
        for (const json& each : all.at("gpus")) {
            host.gpus.push_back({each.at(0).get<std::string>(), each.at(1).get<std::string>(),
                                 each.at(2).get<double>(), each.at(3).get<double>(),
                                 each.at(4).get<std::string>()});
        }
        for (const json& each : all.at("nics")) {
            host.nics.push_back(
                {each.at(0).get<std::string>(), each.at(1).get<double>(), each.at(2).get<bool>()});
        }
        return host;
    } catch (const json::exception& wrong) {
        throw capability_error(std::string("what a process found of its host cannot be read: ") +
                               wrong.what() + "; start all ranks from the same program");
    }
}

}  // namespace railgauge
