// One of the two configurations of `railgauge ab`.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace railgauge {

struct ab_side {
    std::string name;                                              ///< "A" or "B"
    std::vector<std::pair<std::string, std::string>> environment;  ///< NAME, value
    std::vector<std::string> flags;                                ///< of `railgauge run`
    std::string binary;  ///< another railgauge; empty: this one

    /// In words: "NCCL_ALGO=Ring --algorithm ring", "as given" where nothing is set.
    [[nodiscard]] std::string text() const;
    /// Both would start the same thing.
    [[nodiscard]] bool same_as(const ab_side& other) const;
};

/// What stands behind --a or --b: first NAME=VALUE words for the environment, then flags of `run`;
/// divided as split_words does, never by a shell. Throws usage_error for anything else.
[[nodiscard]] ab_side parse_side(const std::string& name, const std::string& words,
                                 const std::string& binary);

/// The flags of a launch: `common` (what stands behind `--`, with or without the word run) without
/// those that the side sets, then the side's. A flag reaches to the next word that begins with '-'.
/// Throws usage_error for flags that `run` does not have (unless the side has a railgauge of its
/// own) and for those that `ab` decides itself.
[[nodiscard]] std::vector<std::string> launch_flags(const std::vector<std::string>& common,
                                                    const ab_side& side);

}  // namespace railgauge
