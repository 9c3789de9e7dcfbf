// Reads the tiers of one kind of group and checks that their figures fit each other.
#pragma once

#include <string>

#include "harness/topology/model.hpp"
#include "harness/topology/part_reader.hpp"
#include "harness/topology/toml_walk.hpp"

namespace railgauge {

class tier_reader {
public:
    tier_reader(const toml_walk& walk, const part_reader& parts, const topology& all)
        : walk_(walk), parts_(parts), all_(all) {}

    /// Reads the tiers in the array `list` into `into`, whose node or contents are known, and
    /// computes rates and GPUs.
    void read(const toml::node& list, stack& into) const;

private:
    void read_one(const toml::table& from, stack& into) const;
    void read_words(const toml::table& from, tier& into) const;
    void read_counts(const toml::table& from, const stack& in, tier& into) const;
    void check_part(const toml::node& port, const stack& in) const;
    void read_port(const toml::table& from, const stack& in, tier& into) const;
    void read_uplinks(const toml::table& from, stack& in, tier& into) const;
    void check_order(const toml::table& from, const stack& in, const tier& into) const;
    void check_hosts(const toml::table& from, const stack& in, const tier& one,
                     std::int64_t members_gpus, std::int64_t gpus) const;
    void check_nics(const toml::table& from, const stack& in, const tier& one,
                    std::int64_t members_gpus, std::int64_t gpus) const;
    [[nodiscard]] double rate_of(const toml::node& node, std::string_view key) const;
    void give_rate_to_members(const toml::table& from, stack& in, tier& into) const;

    const toml_walk& walk_;
    const part_reader& parts_;
    const topology& all_;
};

}  // namespace railgauge
