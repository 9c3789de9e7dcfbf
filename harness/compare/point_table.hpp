// What was measured, each thing once: a number instead of a dozen texts, so that a million points
// are joined in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/record/bulk_reader.hpp"
#include "harness/record/point_record.hpp"

namespace railgauge {

/// The texts of a measured thing, as places in packed_key::words.
enum class key_word : std::uint8_t {
    op,
    backend,
    algorithm,
    dtype,
    redop,
    group,
    timing,
    memory,
    registration,
    host_memory,
    start,
};
inline constexpr std::size_t key_words = 11;

/// A point's key with numbers for its texts, and what else defines what its time means.
struct packed_key {
    std::array<std::uint32_t, key_words> words{};
    std::uint64_t bytes = 0;
    std::int32_t ranks = 0;
    std::int32_t root = 0;
    std::int32_t window = 1;
    std::int32_t streams = 1;
    std::int32_t host_numa = -1;
    std::int32_t load_processors = 0;
    std::int32_t gpus_per_rank = 1;
    std::int32_t ranks_per_device = 0;  ///< in device memory; 0: not known, or not there
    bool in_place = false;
    bool graph = false;
    bool bandwidth_alone = false;  ///< times are those of a byte

    friend bool operator==(const packed_key&, const packed_key&) = default;
};

class point_table {
public:
    point_table();

    /// The number of what this point measured; new things get the next one.
    [[nodiscard]] std::uint32_t id_of(const bulk_point& point, std::int32_t ranks_per_device);
    [[nodiscard]] std::uint32_t id_of(const packed_key& key);

    /// The number of what is there already.
    [[nodiscard]] std::optional<std::uint32_t> find(const packed_key& key) const;

    /// The number of a text, for packed_key::words.
    [[nodiscard]] std::uint32_t word_id(key_word which, std::string_view text) {
        return word_id(static_cast<std::size_t>(which), text);
    }

    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
    [[nodiscard]] const packed_key& operator[](std::uint32_t id) const { return keys_[id]; }
    [[nodiscard]] const std::string& word(const packed_key& key, key_word which) const {
        return text(key.words[static_cast<std::size_t>(which)]);
    }
    /// Of a number in packed_key::words.
    [[nodiscard]] const std::string& text(std::uint32_t number) const { return texts_[number]; }
    [[nodiscard]] point_key full(std::uint32_t id) const;

    /// In words: "all_reduce float32 sum 64 B, 2 ranks, shm ring, isolated".
    [[nodiscard]] std::string describe(std::uint32_t id) const;

private:
    [[nodiscard]] std::uint32_t word_id(std::size_t place, std::string_view text);
    void grow();

    std::vector<packed_key> keys_;
    std::vector<std::uint32_t> slots_;  ///< open addressing; a key's number + 1
    std::deque<std::string> texts_;     ///< 0: the empty text
    std::unordered_map<std::string_view, std::uint32_t> text_ids_;
    std::array<std::uint32_t, key_words> last_{};  ///< neighbours share most of their texts
};

}  // namespace railgauge
