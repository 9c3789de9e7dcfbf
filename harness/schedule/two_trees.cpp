#include "harness/schedule/two_trees.hpp"

namespace railgauge {
namespace {

std::int64_t lowest_bit(std::int64_t value) {
    return value & -value;
}

}  // namespace

std::int64_t two_trees::parent(std::int64_t member) const {
    const std::int64_t place = place_of(member);
    const std::int64_t bit = lowest_bit(place);
    const std::int64_t below = place ^ bit;
    const std::int64_t above = below | (2 * bit);
    return member_at(above <= m_ ? above : below);
}

std::vector<std::int64_t> two_trees::children(std::int64_t member) const {
    const std::int64_t place = place_of(member);
    std::vector<std::int64_t> result;
    std::int64_t step = 1;
    if (place == 0) {
        while (2 * step <= m_) step *= 2;
        return {member_at(step)};
    }
    step = lowest_bit(place) / 2;
    if (step == 0) return result;
    result.push_back(member_at(place - step));
    while (step > 0 && place + step > m_) step /= 2;
    if (step > 0) result.push_back(member_at(place + step));
    return result;
}

std::int64_t two_trees::place_of(std::int64_t member) const {
    if (!second_ || member == 0) return member;
    if (m_ % 2 == 0) return m_ + 1 - member;
    return member == 1 ? m_ : member - 1;
}

std::int64_t two_trees::member_at(std::int64_t place) const {
    if (!second_ || place == 0) return place;
    if (m_ % 2 == 0) return m_ + 1 - place;
    return place == m_ ? 1 : place + 1;
}

}  // namespace railgauge
