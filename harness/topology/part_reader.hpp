// Reads what a topology file names once and uses: sources, GPUs, NICs and nodes.
#pragma once

#include <map>
#include <string>

#include "harness/topology/model.hpp"
#include "harness/topology/toml_walk.hpp"

namespace railgauge {

class part_reader {
public:
    explicit part_reader(const toml_walk& walk) : walk_(walk) {}

    /// [sources], [gpu.*], [nic.*] and [node.*].
    void read(const toml::table& root, topology& into);

    /// The 'source' of a table, which has to be there: one text for all figures of the table, or a
    /// table with a text for each key of `figures` that `from` has. A text is a name from
    /// [sources] or says where the figure comes from; a list joins several.
    [[nodiscard]] std::string source_of(const toml::table& from, const toml_walk::strings& figures,
                                        const std::string& place) const;

private:
    [[nodiscard]] std::string one_source(const toml::node& node) const;
    void read_gpus(const toml::table& root, topology& into) const;
    void read_nics(const toml::table& root, topology& into) const;
    void read_nodes(const toml::table& root, topology& into) const;

    const toml_walk& walk_;
    std::map<std::string, std::string> sources_;
};

}  // namespace railgauge
