#include "harness/record/import_own_subject.hpp"

#include <algorithm>
#include <string>

#include "harness/base/operation_kind.hpp"
#include "harness/record/import_text.hpp"

namespace railgauge {
namespace {

// Takes what stands behind the last blank off `text`.
std::string_view last_word(std::string_view& text) {
    const std::size_t blank = text.rfind(' ');
    if (blank == std::string_view::npos) return {};
    const std::string_view word = text.substr(blank + 1);
    text = text.substr(0, blank);
    return word;
}

std::string_view first_word(std::string_view& text) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    return word;
}

std::optional<std::int32_t> number(std::string_view text) {
    const auto count = count_from(text);
    if (!count || *count >= (1U << 30)) return std::nullopt;
    return static_cast<std::int32_t>(*count);
}

// One of manner_words(), or the window or the memory.
bool take_manner(std::string_view text, point_key& key) {
    const auto after = [&](std::string_view begin) -> std::optional<std::string_view> {
        if (!text.starts_with(begin)) return std::nullopt;
        return text.substr(begin.size());
    };
    const auto count = [&](std::string_view begin, std::string_view end) {
        const auto rest = after(begin);
        if (!rest || !rest->ends_with(end)) return std::optional<std::int32_t>();
        return number(rest->substr(0, rest->size() - end.size()));
    };
    if (text == "graph") {
        key.graph = true;
    } else if (const auto window = count("window ", "")) {
        key.window = *window;
    } else if (const auto memory = after("memory ")) {
        key.memory = *memory;
    } else if (const auto how = after("registration ")) {
        key.registration = *how;
    } else if (const auto streams = count("", " streams")) {
        key.streams = *streams;
    } else if (const auto host_memory = after("host memory ")) {
        key.host_memory = *host_memory;
    } else if (const auto numa = count("NUMA node ", "")) {
        key.host_numa = *numa;
    } else if (const auto load = count("load on ", " multiprocessors")) {
        key.load_processors = *load;
    } else if (const auto gpus = count("", " GPUs a rank")) {
        key.gpus_per_rank = *gpus;
    } else {
        return false;
    }
    return true;
}

// "pairs:0-3": data go from rank 0 to rank 3 of the job.
std::vector<pair_end> ends_of(std::string_view group) {
    const std::size_t begin = group.find("pairs:");
    if (begin == std::string_view::npos) return {};
    const std::string_view ranks = group.substr(begin + 6);
    const auto from = number(ranks.substr(0, ranks.find('-')));
    const auto to = number(ranks.substr(std::min(ranks.find('-'), ranks.size() - 1) + 1));
    if (!from || !to) return {};
    return {{*from, ""}, {*to, ""}};
}

}  // namespace

std::optional<own_subject> parse_own_subject(std::string_view line) {
    if (!line.starts_with("# ")) return std::nullopt;
    std::string_view text = line.substr(2);
    own_subject subject;
    point_key& key = subject.key;
    key.op = first_word(text);
    key.backend = first_word(text);
    const auto ranks = number(first_word(text));
    if (!operation_kind_from(key.op) || !ranks || *ranks == 0) return std::nullopt;
    key.ranks = *ranks;
    key.timing = last_word(text);
    std::string_view count = last_word(text);
    std::string_view name = last_word(text);
    if (name == "round") {  // the same again within a launch
        count = last_word(text);
        name = last_word(text);
    }
    const auto launch = number(count);
    if (name != "launch" || !launch || !text.starts_with("ranks")) return std::nullopt;
    if (key.timing != "isolated" && key.timing != "streamed") return std::nullopt;
    subject.launch = *launch;
    text.remove_prefix(std::string_view("ranks").size());
    constexpr std::string_view group = " group ";
    if (text.starts_with(group)) {
        text.remove_prefix(group.size());
        key.group = text.substr(0, text.find(", "));
        text.remove_prefix(key.group.size());
        subject.place = group_place{0, 0, 0, ends_of(key.group)};
    }
    while (text.starts_with(", ")) {
        text.remove_prefix(2);
        const std::string_view manner = text.substr(0, text.find(", "));
        if (!take_manner(manner, key)) return std::nullopt;
        text.remove_prefix(manner.size());
    }
    if (!text.empty()) return std::nullopt;
    return subject;
}

}  // namespace railgauge
