#include "harness/cli/ab_side.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "harness/base/error.hpp"
#include "harness/base/near_miss.hpp"
#include "harness/base/words.hpp"
#include "harness/cli/run_options.hpp"

namespace railgauge {
namespace {

bool is_flag(const std::string& word) {
    return word.size() > 1 && word[0] == '-' &&
           std::isdigit(static_cast<unsigned char>(word[1])) == 0;
}

// The length of NAME in NAME=VALUE; 0 where the word is something else.
std::size_t variable_name_length(const std::string& word) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) return 0;
    const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    const bool good =
        std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), fits) &&
        std::isdigit(static_cast<unsigned char>(word[0])) == 0;
    return good ? equals : 0;
}

// A flag with the words that belong to it.
struct flag_group {
    std::string name;  ///< the same for all spellings of a flag
    std::vector<std::string> words;
};

// What `run` knows, asked by name.
class run_flags {
public:
    run_flags() {
        declare_run_flags(app_, options_);
        for (const CLI::Option* option : app_.get_options()) {
            for (const std::string& name : option->get_lnames()) names_.push_back("--" + name);
        }
    }

    // "-b8" is -b; "--bytes=8" is --bytes.
    [[nodiscard]] std::string name_of(const std::string& word, bool strict) const {
        const bool is_long = word.starts_with("--");
        const std::string spelled = is_long ? word.substr(0, word.find('=')) : word.substr(0, 2);
        const CLI::Option* const option = app_.get_option_no_throw(spelled);
        if (option != nullptr) return option->get_name();
        if (!strict) return spelled;
        throw usage_error(fmt::format("'railgauge run' has no flag '{}'{}", spelled,
                                      did_you_mean(spelled, names_)));
    }

private:
    run_options options_;
    CLI::App app_;
    std::vector<std::string> names_;
};

void refuse_own_flags(const std::string& name) {
    struct reason {
        std::string_view flag;
        std::string_view words;
    };
    static constexpr std::array<reason, 7> reasons{{
        {"--launches", "ab takes turns by launches: say 'ab --launches N'"},
        {"--out", "ab names the results files: say 'ab --out FOLDER'"},
        {"--resume", "each launch of ab is a run of its own"},
        {"--format", "ab prints the comparison; the results files are in its folder"},
        {"--dry-run", "say 'ab --dry-run'"},
        {"-h", "say 'railgauge run --help'"},
        {"--help", "say 'railgauge run --help'"},
    }};
    for (const auto& [flag, words] : reasons) {
        if (name == flag) throw usage_error(fmt::format("{} has no place in ab: {}", flag, words));
    }
}

std::vector<flag_group> groups_of(const std::vector<std::string>& words, const run_flags& known,
                                  bool strict, const std::string& where) {
    std::vector<flag_group> groups;
    for (const std::string& word : words) {
        if (is_flag(word)) {
            groups.push_back({known.name_of(word, strict), {word}});
            refuse_own_flags(groups.back().name);
        } else if (groups.empty()) {
            throw usage_error(fmt::format("'{}' in {} is no flag of 'railgauge run'", word, where));
        } else {
            groups.back().words.push_back(word);
        }
    }
    return groups;
}

}  // namespace

std::string ab_side::text() const {
    std::vector<std::string> words;
    for (const auto& [variable, value] : environment) words.push_back(variable + "=" + value);
    words.insert(words.end(), flags.begin(), flags.end());
    std::string all = join_words(words);
    if (!binary.empty()) all += (all.empty() ? "" : " ") + ("with " + join_words({binary}));
    return all.empty() ? "as given" : all;
}

bool ab_side::same_as(const ab_side& other) const {
    return environment == other.environment && flags == other.flags && binary == other.binary;
}

ab_side parse_side(const std::string& name, const std::string& words, const std::string& binary) {
    ab_side side{name, {}, {}, binary};
    const std::string where = name == "A" ? "--a" : "--b";
    for (std::string& word : split_words(words)) {
        const std::size_t length = side.flags.empty() ? variable_name_length(word) : 0;
        if (length > 0) {
            side.environment.emplace_back(word.substr(0, length), word.substr(length + 1));
        } else if (!side.flags.empty() || is_flag(word)) {
            side.flags.push_back(std::move(word));
        } else {
            throw usage_error(fmt::format(
                "'{}' in {} is neither NAME=VALUE nor a flag of 'railgauge run' (variables first)",
                word, where));
        }
    }
    (void)groups_of(side.flags, run_flags(), binary.empty(), where);
    return side;
}

std::vector<std::string> launch_flags(const std::vector<std::string>& common, const ab_side& side) {
    const run_flags known;
    const bool strict = side.binary.empty();
    std::vector<std::string> words = common;
    if (!words.empty() && words.front() == "run") words.erase(words.begin());
    const auto own = groups_of(side.flags, known, strict, side.name == "A" ? "--a" : "--b");
    std::vector<std::string> result;
    for (const flag_group& group : groups_of(words, known, strict, "what stands behind --")) {
        const bool replaced = std::any_of(own.begin(), own.end(), [&group](const flag_group& mine) {
            return mine.name == group.name;
        });
        if (!replaced) result.insert(result.end(), group.words.begin(), group.words.end());
    }
    result.insert(result.end(), side.flags.begin(), side.flags.end());
    return result;
}

}  // namespace railgauge
