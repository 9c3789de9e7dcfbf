#include "harness/topology/part_reader.hpp"

#include <fmt/format.h>

#include "harness/base/rates.hpp"

namespace railgauge {
namespace {

template <typename Map>
toml_walk::strings names_of(const Map& parts) {
    toml_walk::strings names;
    for (const auto& [name, part] : parts) names.push_back(name);
    return names;
}

/// Calls `read` for every table of [kind.NAME].
template <typename Read>
void each_part(const toml_walk& walk, const toml::table& root, const char* kind, const Read& read) {
    const toml::node* parts = root.get(kind);
    if (parts == nullptr) return;
    for (const auto& [key, node] : walk.table_of(*parts, kind)) {
        const std::string name(key.str());
        read(name, walk.table_of(node, name), fmt::format("[{}.{}]", kind, name));
    }
}

}  // namespace

void part_reader::read(const toml::table& root, topology& into) {
    if (const toml::node* sources = root.get("sources")) {
        for (const auto& [key, node] : walk_.table_of(*sources, "sources")) {
            sources_[std::string(key.str())] = walk_.text_of(node, key.str());
        }
    }
    read_gpus(root, into);
    read_nics(root, into);
    read_nodes(root, into);
}

std::string part_reader::one_source(const toml::node& node) const {
    if (const toml::array* list = node.as_array()) {
        if (list->empty()) walk_.fail(node, "'source' is an empty list");
        std::string joined;
        for (const toml::node& item : *list) {
            if (item.is_array()) walk_.fail(item, "a list of sources holds texts");
            joined += (joined.empty() ? "" : "; ") + one_source(item);
        }
        return joined;
    }
    const std::string text = walk_.text_of(node, "source");
    if (const auto named = sources_.find(text); named != sources_.end()) return named->second;
    // One word is the name of a source, or "assumed"; everything else says where to look.
    const bool is_name = text.find_first_of(" /:.") == std::string::npos;
    if (is_name && text != "assumed" && text != "measured") {
        auto known = names_of(sources_);
        known.insert(known.end(), {"assumed", "measured"});
        walk_.unknown(node, "source", text, known);
    }
    return text;
}

std::string part_reader::source_of(const toml::table& from, const toml_walk::strings& figures,
                                   const std::string& place) const {
    const toml::node& node = walk_.needed(from, "source", place);
    const toml::table* each = node.as_table();
    if (each == nullptr) return one_source(node);
    walk_.check_keys(*each, figures, fmt::format("'source' of {}", place));
    std::string joined;
    for (const std::string& key : figures) {
        const toml::node* source = each->get(key);
        if (from.get(key) != nullptr && source == nullptr) {
            walk_.fail(
                node, fmt::format("'source' of {} does not say where '{}' comes from", place, key));
        }
        if (source != nullptr) {
            joined += fmt::format("{}{}: {}", joined.empty() ? "" : "; ", key, one_source(*source));
        }
    }
    return joined;
}

void part_reader::read_gpus(const toml::table& root, topology& into) const {
    each_part(
        walk_, root, "gpu", [&](const auto& name, const toml::table& from, const auto& place) {
            walk_.check_keys(from, {"port", "power", "source"}, place);
            gpu_part part;
            const toml::node& port = walk_.needed(from, "port", place);
            part.port_gbps =
                walk_.placed(port, [&] { return parse_rate_gbps(walk_.text_of(port, "port")); });
            if (const toml::node* power = from.get("power")) {
                part.power_w = walk_.placed(
                    *power, [&] { return parse_power_w(walk_.text_of(*power, "power")); });
            }
            part.source = source_of(from, {"port", "power"}, place);
            into.gpus[name] = part;
        });
}

void part_reader::read_nics(const toml::table& root, topology& into) const {
    each_part(
        walk_, root, "nic", [&](const auto& name, const toml::table& from, const auto& place) {
            walk_.check_keys(from, {"port", "source"}, place);
            const toml::node& port = walk_.needed(from, "port", place);
            into.nics[name] = {
                walk_.placed(port, [&] { return parse_rate_gbps(walk_.text_of(port, "port")); }),
                source_of(from, {"port"}, place)};
        });
}

void part_reader::read_nodes(const toml::table& root, topology& into) const {
    each_part(
        walk_, root, "node", [&](const auto& name, const toml::table& from, const auto& place) {
            walk_.check_keys(from, {"gpu", "gpus", "nic", "nics", "rest_power", "source"}, place);
            node_part part;
            if (const toml::node* gpu = from.get("gpu")) {
                part.gpu = walk_.text_of(*gpu, "gpu");
                if (!into.gpus.contains(part.gpu)) {
                    walk_.unknown(*gpu, "gpu", part.gpu, names_of(into.gpus));
                }
            }
            part.gpus = walk_.count_of(walk_.needed(from, "gpus", place), "gpus");
            if (const toml::node* nic = from.get("nic")) {
                part.nic = walk_.text_of(*nic, "nic");
                if (!into.nics.contains(part.nic)) {
                    walk_.unknown(*nic, "nic", part.nic, names_of(into.nics));
                }
                part.nics = walk_.count_of(walk_.needed(from, "nics", place), "nics");
            }
            if (const toml::node* power = from.get("rest_power")) {
                part.rest_power_w = walk_.placed(
                    *power, [&] { return parse_power_w(walk_.text_of(*power, "rest_power")); });
            }
            part.source = source_of(from, {"gpus", "nics", "rest_power"}, place);
            into.nodes[name] = part;
        });
}

}  // namespace railgauge
