#include "harness/compare/point_table.hpp"

#include "harness/base/units.hpp"
#include "harness/record/resume.hpp"

namespace railgauge {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
    // The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    hash += value + 0x9e3779b97f4a7c15ULL;
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
    return hash ^ (hash >> 31);
}

std::uint64_t both(std::uint32_t high, std::uint32_t low) noexcept {
    return std::uint64_t{high} << 32 | low;
}

std::uint64_t hash_of(const packed_key& key) noexcept {
    std::uint64_t hash = mix(0, key.bytes);
    for (std::size_t i = 0; i + 1 < key_words; i += 2) {
        hash = mix(hash, both(key.words[i], key.words[i + 1]));
    }
    static_assert(key_words % 2 == 1);
    hash = mix(hash, both(key.words[key_words - 1], static_cast<std::uint32_t>(key.host_numa)));
    hash = mix(hash, both(static_cast<std::uint32_t>(key.load_processors),
                          static_cast<std::uint32_t>(key.gpus_per_rank)));
    hash = mix(hash,
               both(static_cast<std::uint32_t>(key.ranks), static_cast<std::uint32_t>(key.root)));
    hash = mix(hash, both(static_cast<std::uint32_t>(key.window),
                          static_cast<std::uint32_t>(key.streams)));
    return mix(hash, both(static_cast<std::uint32_t>(key.ranks_per_device),
                          (key.in_place ? 1U : 0U) | (key.graph ? 2U : 0U) |
                              (key.bandwidth_alone ? 4U : 0U)));
}

constexpr std::size_t first_slots = 1024;

}  // namespace

point_table::point_table() : slots_(first_slots, 0), texts_{std::string()} {
    text_ids_.emplace(texts_.front(), 0);
}

std::uint32_t point_table::word_id(std::size_t place, std::string_view text) {
    if (texts_[last_[place]] == text) return last_[place];
    auto found = text_ids_.find(text);
    if (found == text_ids_.end()) {
        texts_.emplace_back(text);
        found =
            text_ids_.emplace(texts_.back(), static_cast<std::uint32_t>(texts_.size() - 1)).first;
    }
    return last_[place] = found->second;
}

std::uint32_t point_table::id_of(const bulk_point& point, std::int32_t ranks_per_device) {
    packed_key key;
    const std::array<std::string_view, key_words> texts{
        point.op,           point.backend,     point.algorithm, point.dtype,
        point.redop,        point.group,       point.timing,    point.memory,
        point.registration, point.host_memory, point.start};
    for (std::size_t i = 0; i < key_words; ++i) key.words[i] = word_id(i, texts[i]);
    key.bytes = point.bytes;
    key.ranks = point.ranks;
    key.root = point.root;
    key.window = point.window;
    key.streams = point.streams;
    key.host_numa = point.host_numa;
    key.load_processors = point.load_processors;
    key.gpus_per_rank = point.gpus_per_rank;
    key.ranks_per_device = point.memory == "host" ? 0 : ranks_per_device;
    key.in_place = point.in_place;
    key.graph = point.graph;
    key.bandwidth_alone = point.bandwidth_alone;
    return id_of(key);
}

std::uint32_t point_table::id_of(const packed_key& key) {
    if (2 * (keys_.size() + 1) > slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash_of(key) & mask;; at = (at + 1) & mask) {
        if (slots_[at] == 0) {
            keys_.push_back(key);
            slots_[at] = static_cast<std::uint32_t>(keys_.size());
            return slots_[at] - 1;
        }
        if (keys_[slots_[at] - 1] == key) return slots_[at] - 1;
    }
}

std::optional<std::uint32_t> point_table::find(const packed_key& key) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash_of(key) & mask; slots_[at] != 0; at = (at + 1) & mask) {
        if (keys_[slots_[at] - 1] == key) return slots_[at] - 1;
    }
    return std::nullopt;
}

void point_table::grow() {
    slots_.assign(2 * slots_.size(), 0);
    const std::size_t mask = slots_.size() - 1;
    for (std::uint32_t id = 0; id < keys_.size(); ++id) {
        std::size_t at = hash_of(keys_[id]) & mask;
        while (slots_[at] != 0) at = (at + 1) & mask;
        slots_[at] = id + 1;
    }
}

point_key point_table::full(std::uint32_t id) const {
    const packed_key& key = keys_[id];
    point_key result;
    result.op = word(key, key_word::op);
    result.backend = word(key, key_word::backend);
    result.algorithm = word(key, key_word::algorithm);
    result.dtype = word(key, key_word::dtype);
    result.redop = word(key, key_word::redop);
    result.bytes = key.bytes;
    result.ranks = key.ranks;
    result.root = key.root;
    result.group = word(key, key_word::group);
    result.in_place = key.in_place;
    result.timing = word(key, key_word::timing);
    result.window = key.window;
    result.memory = word(key, key_word::memory);
    result.graph = key.graph;
    result.registration = word(key, key_word::registration);
    result.streams = key.streams;
    result.host_memory = word(key, key_word::host_memory);
    result.host_numa = key.host_numa;
    result.load_processors = key.load_processors;
    result.gpus_per_rank = key.gpus_per_rank;
    return result;
}

std::string point_table::describe(std::uint32_t id) const {
    return railgauge::describe(full(id));
}

}  // namespace railgauge
